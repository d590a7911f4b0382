import { LiveAnnouncer } from '@angular/cdk/a11y';
import { inject, Injectable } from '@angular/core';

const QUIET_MS = 1_000;

/** Says arriving things to those who hear the page: politely, and what comes close together in one sentence. */
@Injectable({ providedIn: 'root' })
export class Announcer {
  readonly #announcer = inject(LiveAnnouncer);
  readonly #waiting: { readonly group: string; readonly text: string }[] = [];

  /** @param summary - the sentence for everything that came within a second */
  add(
    group: string,
    text: string,
    summary: (waiting: readonly { readonly group: string; readonly text: string }[]) => string,
  ): void {
    this.#waiting.push({ group, text });
    if (this.#waiting.length > 1) return;
    setTimeout(() => void this.#announcer.announce(summary(this.#waiting.splice(0)), 'polite'), QUIET_MS);
  }
}
