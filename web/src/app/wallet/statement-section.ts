import { DOCUMENT } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { Icon } from '../design/icon';
import { Skeleton } from '../design/skeleton';
import { isListed } from '../keyring/price-views';
import { PriceList } from '../keyring/prices';
import { refusalWords } from '../keyring/refusal-words';
import { Statement, type StatementLine } from '../keyring/statement';
import { dateAndTime, dateShort, timeFromNow, timeOfDay } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { spendingOf } from './spending';
import { SpendingPicture } from './spending-picture';
import { csvOf } from './statement-csv';
import { beginOf, chosen, KINDS, RANGES } from './statement-lines';

const PAGE = 20;

/** The account line by line, whether it holds, and what it was spent on. */
@Component({
  selector: 'sc-statement-section',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Skeleton, SpendingPicture],
  providers: [Statement],
  templateUrl: './statement-section.html',
  styleUrl: './statement-section.scss',
})
export class StatementSection {
  readonly #document = inject(DOCUMENT);
  protected readonly words = inject(WORDS).wallet.statement;
  protected readonly statement = inject(Statement);
  protected readonly kinds = KINDS;
  protected readonly ranges = RANGES;
  protected readonly moment = dateAndTime;
  protected readonly kind = signal<(typeof KINDS)[number]>('all');
  protected readonly range = signal<(typeof RANGES)[number]>('all');
  readonly #page = signal(0);
  readonly #prices = inject(PriceList).entries;

  protected readonly refusal = computed(() => {
    const refused = this.statement.refused();
    return refused === null ? '' : refusalWords(refused, timeFromNow);
  });
  protected readonly fault = computed(() => {
    const verdict = this.statement.verdict();
    return verdict?.state === 'refused' ? this.words.faults[verdict.fault](verdict.line ?? 0) : '';
  });
  protected readonly wrongLine = computed(() => {
    const verdict = this.statement.verdict();
    return verdict?.state === 'refused' ? verdict.line : null;
  });
  protected readonly found = computed(() =>
    chosen(this.statement.lines() ?? [], { kind: this.kind(), range: this.range(), nowMs: this.statement.atMs() }),
  );
  /** Of what is found, the page that is shown: the list may have become shorter. */
  protected readonly page = computed(() =>
    Math.min(this.#page(), Math.max(0, Math.ceil(this.found().length / PAGE) - 1)),
  );
  protected readonly shown = computed(() => this.found().slice(this.page() * PAGE, (this.page() + 1) * PAGE));
  protected readonly bounds = computed(() => {
    const from = this.page() * PAGE;
    return { from: from + 1, to: from + this.shown().length };
  });
  protected readonly isLast = computed(() => this.bounds().to >= this.found().length);
  protected readonly spending = computed(() => {
    const nowMs = this.statement.atMs();
    const firstMs = this.statement.lines()?.at(-1)?.atMs ?? nowMs;
    return spendingOf(this.found(), beginOf(this.range(), nowMs) ?? firstMs, nowMs);
  });

  protected show(choice: { readonly kind?: number; readonly range?: number }): void {
    if (choice.kind !== undefined) this.kind.set(KINDS[choice.kind] ?? 'all');
    if (choice.range !== undefined) this.range.set(RANGES[choice.range] ?? 'all');
    this.#page.set(0);
  }

  protected turn(by: 1 | -1): void {
    this.#page.set(this.page() + by);
  }

  protected nameOf({ reason }: StatementLine): string {
    const names: Readonly<Record<string, string | undefined>> = this.words.names;
    return (Object.hasOwn(names, reason) ? names[reason] : undefined) ?? this.words.names.other;
  }

  /** A line that paid another price than the list had at its time. */
  protected isUnlisted(line: StatementLine): boolean {
    return !isListed(line, this.#prices() ?? []);
  }

  protected when(atMs: number): string {
    return `${dateShort(atMs)}, ${timeOfDay(atMs)}`;
  }

  /** Made here: nothing is asked of the server. */
  protected export(): void {
    const url = URL.createObjectURL(new Blob([csvOf(this.statement.lines() ?? [])], { type: 'text/csv' }));
    const link = this.#document.createElement('a');
    link.href = url;
    link.download = `credits-${new Date(this.statement.atMs()).toISOString().slice(0, 10)}.csv`;
    link.click();
    // A browser reads it after the click.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}
