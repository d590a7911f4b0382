import type { StatementLine } from '../keyring/statement';

const HEADINGS = ['line', 'time', 'kind', 'for', 'amount', 'balance', 'hash'];
const PLAIN_NUMBER = /^-?\d+$/;
/** What a table program takes for a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;

/**
 * Lines as CSV (RFC 4180), the oldest first: with the hashes, so that anybody can make them anew. Nothing in it is taken for a formula
 * by a program that opens it: what would be begins with an apostrophe.
 */
export function csvOf(lines: readonly StatementLine[]): string {
  const rows = lines
    .toReversed()
    .map(({ line, atMs, reason, key, amount, balance, hash }) =>
      [line, new Date(atMs).toISOString(), reason, key, amount, balance, hash].map(cellOf),
    );
  return [HEADINGS, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

export function cellOf(value: string | number): string {
  const text = String(value);
  if (PLAIN_NUMBER.test(text) && typeof value === 'number') return text;
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
