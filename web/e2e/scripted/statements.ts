import type { StatementVerdict, StatementView } from '@secureconnect/client/credits/statement-view';
import type { Prices } from '@secureconnect/contracts/credits';
import type { StatementLine } from '@secureconnect/contracts/statements';

import { firstPrices, idOf, SELF } from './world';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Hashes of the script are the numbers of their lines: no page makes them anew. */
const hashOf = (line: number): string => line.toString(16).padStart(64, '0');

type Posting = readonly [reason: string, amount: number, atMs: number];

/** @param balance - where the lines end; the opening makes up for it */
export function statementOf(
  postings: readonly Posting[],
  balance: number,
  verdict: StatementVerdict = { state: 'checked', atMs: Date.now() },
): StatementView {
  const spent = postings.reduce((sum, [, amount]) => sum + amount, 0);
  const firstAtMs = (postings[0]?.[2] ?? Date.now()) - HOUR_MS;
  const lines: StatementLine[] = [];
  for (const [reason, amount, atMs] of [['opening', balance - spent, firstAtMs] as const, ...postings]) {
    const line = lines.length + 1;
    const key = reason === 'opening' ? SELF.userId : idOf('thing', line);
    lines.push({ line, reason, key, amount, balance: (lines.at(-1)?.balance ?? 0) + amount, atMs, hash: hashOf(line) });
  }
  return { verdict, lines: lines.toReversed() };
}

/** A few messages and a call of today. */
export const fewLines = (balance: number): StatementView =>
  statementOf(
    Array.from({ length: 9 }, (_, index): Posting => {
      const atMs = Date.now() - (9 - index) * 60_000;
      return index === 6 ? ['call', -5, atMs] : ['message', -1, atMs];
    }),
    balance,
  );

/** Three months: more on some days than on others, calls, top-ups, and a line of a kind that this page does not know. */
export function manyLines(balance: number, verdict?: StatementVerdict): StatementView {
  const postings: Posting[] = [];
  const begun = Date.now() - 92 * DAY_MS;
  for (let day = 0; day < 92; day++) {
    const atMs = begun + day * DAY_MS;
    for (let number = 0; number < (day * 7) % 11; number++) postings.push(['message', -1, atMs + number * 60_000]);
    if (day % 9 === 4) postings.push(['call', -5, atMs + HOUR_MS]);
    if (day === 30) postings.push(['top-up', 500, atMs + 2 * HOUR_MS]);
    if (day === 61) postings.push(['refund', 5, atMs + 2 * HOUR_MS]);
    if (day === 62) postings.push(['adjustment', -20, atMs + 2 * HOUR_MS]);
    if (day === 63) postings.push(['birthday', 3, atMs + 2 * HOUR_MS]);
  }
  return statementOf(postings, balance, verdict);
}

/** Calls had another price once, and messages are to get one. @param calls - what calls are said to have cost for a month */
export function changingPrices(calls = 5): Prices {
  const nowMs = Date.now();
  const entries = [
    ...firstPrices(nowMs - 200 * DAY_MS).map((entry) => (entry.kind === 'call' ? { ...entry, amount: 4 } : entry)),
    { kind: 'call' as const, amount: 5, fromMs: nowMs - 120 * DAY_MS },
    ...(calls === 5 ? [] : [{ kind: 'call' as const, amount: calls, fromMs: nowMs - 30 * DAY_MS }]),
    { kind: 'message' as const, amount: 2, fromMs: nowMs + 20 * DAY_MS },
  ];
  return { opening: 500, entries };
}
