import { computed, DOCUMENT, inject, Injectable, signal } from '@angular/core';

import { keep, kept } from './kept';

const NAME = 'sc.notifications';

/** `unsupported`: the browser has none, or none on a page like this. `denied`: only its settings can change that. */
export type NotificationAnswer = NotificationPermission | 'unsupported';

export interface Notice {
  /** One of a tag is shown at a time: a later one takes its place. */
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  /** Somebody clicked on it; the page is in front already. */
  readonly chosen: () => void;
}

/**
 * What the system shows while the page is not looked at. The page makes it by itself: no push service is asked, so that nobody outside of
 * this browser learns that something came.
 */
@Injectable({ providedIn: 'root' })
export class Notifications {
  readonly #page = inject(DOCUMENT);
  readonly #permission = signal(permissionNow());
  readonly #wanted = signal(kept(NAME) === 'on');
  readonly #shown = new Map<string, Notification>();

  readonly permission = this.#permission.asReadonly();
  readonly isOn = computed(() => this.#wanted() && this.#permission() === 'granted');

  /** Asks the browser's user, when it has not been asked. Called by a click alone. */
  async turn(on: boolean): Promise<NotificationAnswer> {
    if (on && permissionNow() === 'default') await Notification.requestPermission();
    this.#permission.set(permissionNow());
    this.#wanted.set(on && this.#permission() === 'granted');
    keep(NAME, this.#wanted() ? 'on' : 'off');
    return this.#permission();
  }

  /** Nothing while the page is in front: then the page itself says it. */
  show({ body, chosen, tag, title }: Notice): void {
    if (!this.isOn() || (this.#page.visibilityState === 'visible' && this.#page.hasFocus())) return;
    try {
      const shown = new Notification(title, { tag, body });
      shown.onclick = () => {
        this.#page.defaultView?.focus();
        this.close(tag);
        chosen();
      };
      shown.onclose = () => {
        if (this.#shown.get(tag) === shown) this.#shown.delete(tag);
      };
      this.#shown.set(tag, shown);
    } catch {
      // some phones show notifications of installed pages alone
      this.#permission.set('unsupported');
    }
  }

  close(tag: string): void {
    this.#shown.get(tag)?.close();
    this.#shown.delete(tag);
  }

  closeAll(): void {
    for (const tag of [...this.#shown.keys()]) this.close(tag);
  }
}

function permissionNow(): NotificationAnswer {
  return 'Notification' in globalThis ? Notification.permission : 'unsupported';
}
