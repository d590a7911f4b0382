import { createHash } from 'node:crypto';
import type { UserId } from '@secureconnect/contracts/ids';
import { FIRST_LEDGER_HASH, ledgerLineText, type LedgerLine } from '@secureconnect/contracts/ledger-line';
import { readStore } from '../store/open-read-only.js';

interface ChainedLine extends LedgerLine {
  readonly hash: Buffer;
}

/** Every line of a user that does not follow from the one before, in words; each hash is made anew from what the lines say. */
export function chainFaults(creditsStore: string): string[] {
  const lines = readStore(creditsStore, (database) =>
    database
      .prepare<[], ChainedLine>(
        `SELECT a.owner AS userId, e.line, e.reason, e.key, iif(e.to_account = a.number, e.amount, -e.amount) AS amount,
           e.balance, e.posted_at_ms AS atMs, e.hash
         FROM entry e JOIN account a ON a.number IN (e.from_account, e.to_account) WHERE a.kind = 'user' ORDER BY e.id`,
      )
      .all(),
  );
  const ends = new Map<UserId, { hash: string; balance: number; line: number }>();
  const faults: string[] = [];
  for (const { hash, ...line } of lines) {
    const { userId } = line;
    const end = ends.get(userId) ?? { hash: FIRST_LEDGER_HASH, balance: 0, line: 0 };
    const remade = createHash('sha256').update(ledgerLineText(end.hash, line), 'utf8').digest('hex');
    if (line.line !== end.line + 1) faults.push(`line ${line.line} of ${userId} follows line ${end.line}`);
    if (line.balance !== end.balance + line.amount) faults.push(`line ${line.line} of ${userId} does not add up`);
    if (hash.toString('hex') !== remade) faults.push(`line ${line.line} of ${userId} has another hash`);
    ends.set(userId, { hash: hash.toString('hex'), balance: line.balance, line: line.line });
  }
  if (lines.length === 0) faults.push('the ledger has no lines');
  return faults;
}
