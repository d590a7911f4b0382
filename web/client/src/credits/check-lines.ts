import type { UserId } from '@secureconnect/contracts/ids';
import { FIRST_LEDGER_HASH, ledgerLineText } from '@secureconnect/contracts/ledger-line';
import type { StatementLine } from '@secureconnect/contracts/statements';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { LedgerFault } from './statement-view.js';

/** Hashes that are asked for at once: one at a time would wait for each. */
const BATCH = 1_000;

/** Where an account stands after a line. */
export interface LedgerHead {
  /** 0: before the first. */
  readonly line: number;
  /** 64 lowercase hex characters. */
  readonly hash: string;
  readonly balance: number;
}

export const NO_LINES: LedgerHead = { line: 0, hash: FIRST_LEDGER_HASH, balance: 0 };

export interface LineFault {
  readonly fault: LedgerFault;
  readonly line: number;
}

/** What one line pays or gives credits for: on no other line. */
export const thingOf = ({ reason, key }: Pick<StatementLine, 'reason' | 'key'>): string => `${reason}:${key}`;

/**
 * Makes every line's hash and every sum anew (THREATS 99).
 * @param lines - rising, the first of them the one after `from`
 * @param known - things that lines before these were about ({@link thingOf})
 * @returns the first line that does not hold; null: all do
 */
export async function checkLines(
  { sha256 }: Pick<Primitives, 'sha256'>,
  userId: UserId,
  lines: readonly StatementLine[],
  from: LedgerHead,
  known: ReadonlySet<string> = new Set(),
): Promise<LineFault | null> {
  const plain = checkSums(lines, from, known);
  const encoder = new TextEncoder();
  // The lowest line counts; of one line its hash says more than its sum.
  const upTo = plain === null ? lines.length : plain.line - from.line;
  for (let start = 0; start < upTo; start += BATCH) {
    const batch = lines.slice(start, Math.min(start + BATCH, upTo));
    const hashes = await Promise.all(
      batch.map((line, index) => {
        const before = lines[start + index - 1]?.hash ?? from.hash;
        const { line: number, reason, key, amount, balance, atMs } = line;
        return sha256(
          encoder.encode(ledgerLineText(before, { userId, line: number, reason, key, amount, balance, atMs })),
        );
      }),
    );
    const wrong = hashes.findIndex((hash, index) => !isHexOf(batch[index]!.hash, hash));
    if (wrong !== -1) return { fault: 'edited', line: from.line + start + wrong + 1 };
  }
  return plain;
}

/** Whether what can be spent, and what is held, is what the lines come to (THREATS 100). */
export function addsUp(
  { available, held }: { readonly available: number; readonly held: number },
  end: Pick<LedgerHead, 'balance'>,
): boolean {
  return available + held === end.balance;
}

function checkSums(lines: readonly StatementLine[], from: LedgerHead, known: ReadonlySet<string>): LineFault | null {
  const seen = new Set<string>();
  let { line: number, balance } = from;
  for (const line of lines) {
    number += 1;
    balance += line.amount;
    if (line.line !== number) return { fault: 'gap', line: number };
    if (line.balance !== balance) return { fault: 'sum', line: number };
    const thing = thingOf(line);
    if (seen.has(thing) || known.has(thing)) return { fault: 'twice', line: number };
    seen.add(thing);
  }
  return null;
}

const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Whether a text is the lowercase hex of bytes. Makes no text to compare with: an account may have 100,000 lines. */
function isHexOf(text: string, bytes: Uint8Array): boolean {
  if (text.length !== 2 * bytes.length) return false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!;
    if (text.charCodeAt(2 * index) !== DIGITS[byte >> 4] || text.charCodeAt(2 * index + 1) !== DIGITS[byte & 15])
      return false;
  }
  return true;
}
