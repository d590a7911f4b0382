import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { encode } from 'uqr';

const BORDER = 3;

/** Bytes as a QR code, drawn here as one path: dark on light in both themes, as scanners want it. */
@Component({
  selector: 'sc-qr-code',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<svg
    role="img"
    shape-rendering="crispEdges"
    [attr.viewBox]="'0 0 ' + drawn().size + ' ' + drawn().size"
    [attr.aria-label]="label()"
  >
    <rect width="100%" height="100%" fill="#fff" />
    <path fill="#000" [attr.d]="drawn().path" />
  </svg>`,
  styles: `
    svg {
      display: block;
      inline-size: min(220px, 100%);
      margin-inline: auto;
      border-radius: var(--radius-s);
    }
  `,
})
export class QrCode {
  readonly bytes = input.required<Uint8Array>();
  readonly label = input.required<string>();

  protected readonly drawn = computed(() => {
    const { data, size } = encode([...this.bytes()], { ecc: 'M', border: BORDER });
    let path = '';
    for (const [y, row] of data.entries()) {
      for (const [x, isDark] of row.entries()) if (isDark) path += `M${x} ${y}h1v1h-1z`;
    }
    return { size, path };
  });
}
