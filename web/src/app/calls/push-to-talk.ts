import { DestroyRef, DOCUMENT, effect, inject, Injectable } from '@angular/core';

import { Calls } from '../keyring/calls';
import { CallPreferences } from '../platform/call-preferences';

/** What the space bar has a meaning of its own in; the key that mutes is none of these while it is muted. */
const OTHERS = 'input, textarea, select, [contenteditable], a, summary, button:not([data-mutes])';

/** Who is muted is heard as long as the space bar is held down, if they want it so. Whatever takes the keyboard away ends it. */
@Injectable({ providedIn: 'root' })
export class PushToTalk {
  readonly #calls = inject(Calls);
  readonly #preferences = inject(CallPreferences);
  /** The call in which it is held. */
  #held: string | null = null;

  constructor() {
    const page = inject(DOCUMENT);
    const down = (event: KeyboardEvent) => this.#press(event);
    const up = (event: KeyboardEvent) => {
      if (event.code !== 'Space' || this.#held === null) return;
      // a button is pressed when the key goes up
      event.preventDefault();
      this.#release();
    };
    const away = () => this.#release();
    page.addEventListener('keydown', down, { capture: true });
    page.addEventListener('keyup', up, { capture: true });
    page.addEventListener('visibilitychange', away);
    page.defaultView?.addEventListener('blur', away);
    inject(DestroyRef).onDestroy(() => {
      page.removeEventListener('keydown', down, { capture: true });
      page.removeEventListener('keyup', up, { capture: true });
      page.removeEventListener('visibilitychange', away);
      page.defaultView?.removeEventListener('blur', away);
    });
    effect(() => {
      const call = this.#calls.call();
      if (call === null || call.phase === 'ended' || call.callId !== this.#held) this.#held = null;
    });
  }

  #press(event: KeyboardEvent): void {
    if (event.code !== 'Space' || !this.#preferences.pushToTalk()) return;
    if (this.#held !== null) {
      event.preventDefault();
      return;
    }
    const call = this.#calls.call();
    const isLive = call?.phase === 'connected' || call?.phase === 'reconnecting';
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && !event.isComposing;
    if (!isLive || !call.muted || !isPlain || event.repeat || isOther(event.target)) return;
    event.preventDefault();
    this.#held = call.callId;
    void this.#calls.mute(call, false);
  }

  #release(): void {
    const call = this.#calls.call();
    const wasHeld = this.#held;
    this.#held = null;
    if (call !== null && call.callId === wasHeld && call.phase !== 'ended') void this.#calls.mute(call, true);
  }
}

const isOther = (target: EventTarget | null): boolean => target instanceof Element && target.closest(OTHERS) !== null;
