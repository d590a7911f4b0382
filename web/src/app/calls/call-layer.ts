import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  DOCUMENT,
  effect,
  inject,
  signal,
} from '@angular/core';

import { Calls } from '../keyring/calls';
import { Preferences } from '../platform/preferences';
import { CallCard } from './call-card';
import { CallMedia } from './call-media';
import { CallScreen } from './call-screen';
import { PushToTalk } from './push-to-talk';
import { RingTone } from './media/ring-tone';
import { RingCard } from './ring-card';

/** What calls put over the page: a ring, a screen, or a small card. It lives as long as the page. */
@Component({
  selector: 'sc-call-layer',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CallCard, CallScreen, RingCard],
  host: { '[attr.data-phase]': 'call()?.phase', '[attr.data-end]': 'call()?.end' },
  template: `
    @if (call(); as call) {
      @if (rings()) {
        <sc-ring-card [call]="call" />
      } @else if (isLarge()) {
        <sc-call-screen [call]="call" (shrink)="isLarge.set(false)" />
      } @else {
        <sc-call-card [call]="call" (grow)="isLarge.set(true)" />
      }
    }
  `,
})
export class CallLayer {
  readonly #calls = inject(Calls);
  protected readonly call = this.#calls.call;
  protected readonly rings = computed(() => {
    const call = this.call();
    return call?.phase === 'ringing' && !call.outgoing;
  });
  protected readonly isLarge = signal(false);
  readonly #callId = computed(() => this.call()?.callId ?? null);
  /** One's own call rings there: so one hears that it does. */
  readonly #waits = computed(() => this.call()?.phase === 'ringing' && this.call()?.outgoing === true);
  readonly #isOver = computed(() => this.call()?.phase === 'ended');

  constructor() {
    inject(CallMedia);
    inject(PushToTalk);
    const preferences = inject(Preferences);
    const tone = new RingTone();
    effect(() => {
      // a call that one has begun or answered opens large; one that was never answered here never does
      if (this.#callId() !== null) this.isLarge.set(true);
    });
    effect(() => {
      if (this.#isOver()) this.isLarge.set(this.call()?.end === 'not-proven');
    });
    effect(() => {
      if (this.#waits()) tone.start('waiting');
      else tone.stop();
    });
    const page = inject(DOCUMENT);
    const press = (event: KeyboardEvent) => {
      const call = this.call();
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
      if (call === null || call.phase === 'ended' || this.rings()) return;
      if (event.key.toLowerCase() !== 'm' || !isPlain || isTyping(event.target) || !preferences.singleKeys()) return;
      event.preventDefault();
      void this.#calls.mute(call, !call.muted);
    };
    page.addEventListener('keydown', press);
    inject(DestroyRef).onDestroy(() => {
      tone.stop();
      page.removeEventListener('keydown', press);
    });
  }
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
