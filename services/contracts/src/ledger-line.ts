import type { UserId } from './ids.js';

/** What one line of an account says. Amounts and balances are credits. */
export interface LedgerLine {
  readonly userId: UserId;
  /** From 1, without gaps. */
  readonly line: number;
  readonly reason: string;
  /** What it was for: an id, 32 lowercase hex characters. */
  readonly key: string;
  /** What it did to the balance: below zero for what was paid. */
  readonly amount: number;
  /** The balance after it. */
  readonly balance: number;
  readonly atMs: number;
}

/** What stands before the first line: 32 zero bytes in hex. */
export const FIRST_LEDGER_HASH = '0'.repeat(64);

/**
 * What the hash of a line is made over (THREATS 99): its SHA-256, as UTF-8, is the line's hash. The text is ASCII, a field a line, and
 * no field can have a line break in it, so that two different lines never have one text; anybody can remake it with `sha256sum`.
 * @param previous - hash of the line before, 64 lowercase hex characters; {@link FIRST_LEDGER_HASH} for the first
 */
export function ledgerLineText(previous: string, line: LedgerLine): string {
  return `SecureConnect/1 ledger-line\n${previous}\n${line.userId}\n${String(line.line)}\n${line.reason}\n${line.key}\n${String(line.amount)}\n${String(line.balance)}\n${String(line.atMs)}\n`;
}
