import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Company } from '../keyring/company';
import { WallClock } from '../platform/clock';
import { listTime } from '../platform/dates';
import { WORDS } from '../platform/words/words';

/** Below the name: that they type, that they are there, or when they last were; empty while nothing is told. */
@Component({
  selector: 'sc-company-line',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (company.isTyping()) {
      <span class="typing">{{ words.typing }}</span>
    } @else if (told(); as told) {
      <span class="figures" [title]="words.presenceNote">{{ told }}</span>
    }
  `,
  styles: `
    :host {
      display: block;
      color: var(--muted);
      font-size: var(--size-s);
      line-height: 1.3;
    }
    .typing {
      color: var(--accent);
    }
  `,
})
export class CompanyLine {
  protected readonly company = inject(Company);
  protected readonly words = inject(WORDS).talk;
  readonly #clock = inject(WallClock);

  protected readonly told = computed(() => {
    const presence = this.company.presence();
    if (presence?.online === true) return this.words.online;
    const lastSeenAtMs = presence?.lastSeenAtMs ?? null;
    return lastSeenAtMs === null ? '' : this.words.lastSeen(listTime(lastSeenAtMs, this.#clock.nowMs()));
  });
}
