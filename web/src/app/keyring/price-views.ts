import type { Priced, PriceEntry } from '@secureconnect/contracts/credits';

import type { StatementLine } from './statement';

/** A line is posted when the thing is, and that may be a while after it was priced. */
const POSTED_WITHIN_MS = 86_400_000;

/** All that has a price, in the order of a list of them. */
const KINDS = Object.keys({ message: 1, 'group-message': 1, call: 1 } satisfies Record<Priced, 1>) as readonly Priced[];

export interface PriceView {
  readonly kind: Priced;
  /** What holds; null: nothing is listed yet. */
  readonly now: PriceEntry | null;
  /** What was announced, the next first. */
  readonly next: readonly PriceEntry[];
  /** What held before, the newest first, each with when it ended. */
  readonly earlier: readonly (PriceEntry & { readonly toMs: number })[];
}

/** What each thing costs, did and will. */
export function priceViews(entries: readonly PriceEntry[], nowMs: number): readonly PriceView[] {
  return KINDS.map((kind) => {
    const ofKind = entries.filter((entry) => entry.kind === kind);
    const past = ofKind.filter(({ fromMs }) => fromMs <= nowMs);
    const earlier = past.slice(0, -1).map((entry, at) => ({ ...entry, toMs: past[at + 1]!.fromMs }));
    return { kind, now: past.at(-1) ?? null, next: ofKind.slice(past.length), earlier: earlier.toReversed() };
  });
}

/**
 * Whether a line paid what the list said in its time. True for what the list does not speak of: credits that came, and what was sent before
 * the list began.
 */
export function isListed({ reason, amount, atMs }: StatementLine, entries: readonly PriceEntry[]): boolean {
  const ofKind = entries.filter(({ kind }) => kind === reason);
  const earliestMs = atMs - POSTED_WITHIN_MS;
  const known = ofKind.findLastIndex(({ fromMs }) => fromMs <= earliestMs);
  return known === -1 || ofKind.slice(known).some((entry) => entry.fromMs <= atMs && entry.amount === -amount);
}
