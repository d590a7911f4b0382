import type { LedgerReceipt, StatementLine } from '@secureconnect/contracts/statements';
import type { LineFault } from './check-lines.js';

/** What was checked last, and the server's signature that it said so: on this device (table `meta`, key ['ledger']), and on any (`LedgerMarks`). */
export interface LedgerRecord {
  /** Of the receipts, pinned on first sight: base64url. */
  readonly publicKey: string;
  readonly receipt: LedgerReceipt;
}

/**
 * What was checked before has to be among the lines still, as it was: its hash stands for every line before it.
 * @param lines - all of the account, rising, without gaps
 */
export function contradicts({ receipt }: LedgerRecord, lines: readonly StatementLine[]): LineFault | null {
  const { line, hash } = receipt;
  if (lines.length < line) return { fault: 'rewound', line };
  return line === 0 || lines[line - 1]?.hash === hash ? null : { fault: 'rewritten', line };
}
