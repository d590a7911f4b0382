import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';

import { BarPicture } from '../design/bar-picture';
import { Skeleton } from '../design/skeleton';
import { refusalWords } from '../keyring/refusal-words';
import { dateAndTime, timeFromNow, timeOfDay } from '../platform/dates';
import { inFigures } from '../platform/words/plural';
import { adminWords } from './admin-words';
import { Overview } from './data/overview';
import { daysPicture, hoursPicture, type Picture, type Range } from './overview-pictures';
import { ProcessTable } from './process-table';
import { RegistrationSection } from './registration-section';

interface Shown {
  readonly title: string;
  readonly summary: string;
  readonly picture: Picture;
}

/** What the server does and how it is, as totals and pictures. */
@Component({
  selector: 'sc-overview-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [BarPicture, ProcessTable, RegistrationSection, RouterLink, Skeleton],
  providers: [Overview],
  templateUrl: './overview-page.html',
  styleUrl: './overview-page.scss',
})
export class OverviewPage {
  protected readonly words = adminWords.overview;
  protected readonly table = adminWords;
  protected readonly overview = inject(Overview);
  protected readonly figures = inFigures;
  protected readonly moment = dateAndTime;
  protected readonly ranges = ['day', 'week'] as const;
  protected readonly range = signal<Range>('day');
  protected readonly placeholders = [1, 2, 3, 4];

  protected readonly refusal = computed(() => {
    const refused = this.overview.refused();
    return refused === null ? '' : refusalWords(refused, timeFromNow);
  });
  protected readonly asOf = computed(() => {
    const moment = timeOfDay(this.overview.answer()?.atMs ?? 0);
    return this.refusal() ? this.words.stale(moment) : this.words.asOf(moment);
  });
  protected readonly connected = computed(() => {
    const replicas = this.overview.answer()?.replicas ?? null;
    const gateways = replicas?.filter(({ service }) => service === 'messaging-gateway') ?? [];
    return replicas === null ? null : gateways.reduce((sum, { connections }) => sum + (connections ?? 0), 0);
  });
  protected readonly pictures = computed<readonly Shown[]>(() => {
    const { answer, range, words } = { answer: this.overview.answer(), range: this.range(), words: this.words };
    if (answer === null) return [];
    const shown: Shown[] = [];
    if (answer.credits !== null) {
      const { hours } = answer.credits;
      const of = (each: Parameters<typeof hoursPicture>[1]) => hoursPicture(hours, each, range, answer.atMs);
      const messages = of((hour) => hour.messages + hour.groupMessages);
      const toGroups = of((hour) => hour.groupMessages).total;
      const [calls, spent, issued] = [of((hour) => hour.calls), of((hour) => hour.spent), of((hour) => hour.issued)];
      shown.push(
        this.#shown(words.messages, words.messagesText(messages.total, toGroups), messages),
        this.#shown(words.calls, words.callsText(calls.total), calls),
        this.#shown(words.spent, words.spentText(spent.total), spent),
        this.#shown(words.issued, words.issuedText(issued.total), issued),
      );
    }
    if (answer.users !== null) {
      const joined = daysPicture(answer.users.days, answer.atMs);
      shown.push(this.#shown(words.joined, words.joinedText(joined.total), joined));
    }
    return shown;
  });

  #shown(title: string, sentence: string, picture: Picture): Shown {
    const { most } = picture;
    const summary = most === null ? sentence : `${sentence}; ${this.words.most(most.value, most.when)}`;
    return { title, summary, picture };
  }
}
