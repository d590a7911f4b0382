import type { LiveAnnouncer } from '@angular/cdk/a11y';
import { inject, Injectable, Injector } from '@angular/core';

const QUIET_MS = 1_000;
/** What was said leaves the page again: it may be taken back by who wrote it. */
const KEPT_MS = 8_000;

export interface Announced {
  /** What belongs together, such as one person's messages. */
  readonly group: string;
  readonly text: string;
}

/** Says arriving things to those who hear the page: politely, and what comes close together in one sentence. */
@Injectable({ providedIn: 'root' })
export class Announcer {
  readonly #injector = inject(Injector);
  readonly #waiting: Announced[] = [];
  #live: Promise<LiveAnnouncer> | undefined;

  /** @param summary - the sentence for everything that came within a second */
  add(announced: Announced, summary: (waiting: readonly Announced[]) => string): void {
    this.#live ??= import('@angular/cdk/a11y').then((file) => this.#injector.get(file.LiveAnnouncer));
    this.#waiting.push(announced);
    if (this.#waiting.length === 1) setTimeout(() => void this.#announce(summary), QUIET_MS);
  }

  async #announce(summary: (waiting: readonly Announced[]) => string): Promise<void> {
    const live = await this.#live;
    await live?.announce(summary(this.#waiting.splice(0)), 'polite', KEPT_MS);
  }
}
