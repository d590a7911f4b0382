import { ChangeDetectionStrategy, Component, inject, resource } from '@angular/core';

import { KeyringWorker } from '../keyring/keyring-worker';

/** Says whether this browser can hold keys at all, asked where the keys will live: in the Worker. */
@Component({
  selector: 'sc-readiness-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h1>SecureConnect</h1>
    @if (primitives.hasValue()) {
      <p role="status">
        This browser offers {{ primitives.value().available.join(', ') || 'none of the primitives' }} natively.
      </p>
    } @else if (primitives.error()) {
      <p role="alert">This browser cannot start the Worker that holds the keys.</p>
    } @else {
      <p role="status">Asking the Worker…</p>
    }
  `,
})
export class ReadinessPage {
  private readonly keyring = inject(KeyringWorker);
  protected readonly primitives = resource({ loader: () => this.keyring.remote.nativePrimitives() });
}
