import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  type ElementRef,
  inject,
  output,
  signal,
  viewChild,
} from '@angular/core';

import { type CameraRefusal, openCamera } from '../platform/camera';
import { WORDS } from '../platform/words/words';
import { findCode } from './scan-picture';

/** Often enough for a hand that moves, seldom enough for a phone; milliseconds between two looks. */
const PAUSE_MS = 150;
/** A code that is held into a camera fills much of the frame. */
const SIDE_MAX = 800;

/** The camera's picture until a code is in it. Nothing of it is kept or sent; the camera is let go with this component. */
@Component({
  selector: 'sc-camera-scan',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <video #view muted playsinline aria-hidden="true" [hidden]="state() !== 'looking'"></video>
    <p [attr.role]="isRefused() ? 'alert' : 'status'" [class.error]="isRefused()">
      {{ words.safety.camera[state()] }}
    </p>
    <button type="button" class="button" (click)="left.emit()">{{ words.safety.closeCamera }}</button>
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      gap: var(--space-3);
      margin-block-start: var(--space-4);
      text-align: center;
      text-wrap: balance;
    }
    video {
      inline-size: min(320px, 100%);
      aspect-ratio: 4 / 3;
      border-radius: var(--radius-m);
      background: var(--surface-2);
      object-fit: cover;
    }
    .error {
      color: var(--danger);
    }
  `,
})
export class CameraScan {
  /** Bytes of the first code that was seen. */
  readonly found = output<Uint8Array>();
  readonly left = output();

  protected readonly words = inject(WORDS);
  protected readonly state = signal<'opening' | 'looking' | CameraRefusal>('opening');
  protected readonly isRefused = () => this.state() !== 'opening' && this.state() !== 'looking';
  protected readonly view = viewChild.required<ElementRef<HTMLVideoElement>>('view');

  constructor() {
    const gone = new AbortController();
    inject(DestroyRef).onDestroy(() => gone.abort());
    afterNextRender(() => void this.#look(gone.signal));
  }

  async #look(gone: AbortSignal): Promise<void> {
    const camera = await openCamera();
    if (typeof camera === 'string') {
      this.state.set(camera);
      return;
    }
    const letGo = () => {
      for (const track of camera.getTracks()) track.stop();
    };
    if (gone.aborted) {
      letGo();
      return;
    }
    gone.addEventListener('abort', letGo);
    // pulled out, or taken away by the system
    for (const track of camera.getTracks()) track.addEventListener('ended', () => this.state.set('busy'));
    const view = this.view().nativeElement;
    view.srcObject = camera;
    this.state.set('looking');
    await view.play().catch(() => undefined);
    const code = await this.#firstCode(view, gone);
    if (code !== null) this.#tell(code, gone);
  }

  #tell(code: Uint8Array, gone: AbortSignal): void {
    if (!gone.aborted) this.found.emit(code);
  }

  /** @returns null where the camera was let go before there was one */
  async #firstCode(view: HTMLVideoElement, gone: AbortSignal): Promise<Uint8Array | null> {
    while (!gone.aborted && this.state() === 'looking') {
      const code = await findCode(view, { width: view.videoWidth, height: view.videoHeight }, SIDE_MAX);
      if (code !== null) return code;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return null;
  }
}
