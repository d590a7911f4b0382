import type { UserId } from '@secureconnect/contracts/ids';
import type { StatementLine } from '@secureconnect/contracts/statements';
import { checkLines, NO_LINES } from '@secureconnect/client/credits/check-lines';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { readStore } from '../store/open-read-only.js';

interface StoredLine extends Omit<StatementLine, 'hash'> {
  readonly userId: UserId;
  readonly hash: Buffer;
}

/** The first line of each user that does not follow from those before it, in words: the store's own lines, by the client's own check. */
export async function chainFaults(creditsStore: string): Promise<string[]> {
  const stored = readStore(creditsStore, (database) =>
    database
      .prepare<[], StoredLine>(
        `SELECT a.owner AS userId, e.line, e.reason, e.key, iif(e.to_account = a.number, e.amount, -e.amount) AS amount,
           e.balance, e.posted_at_ms AS atMs, e.hash
         FROM entry e JOIN account a ON a.number IN (e.from_account, e.to_account) WHERE a.kind = 'user' ORDER BY e.id`,
      )
      .all(),
  );
  if (stored.length === 0) return ['the ledger has no lines'];
  const byUser = new Map<UserId, StatementLine[]>();
  for (const { userId, hash, ...line } of stored) {
    const lines = byUser.get(userId) ?? [];
    byUser.set(userId, lines);
    lines.push({ ...line, hash: hash.toString('hex') });
  }
  const p = await loadPrimitives();
  const faults: string[] = [];
  for (const [userId, lines] of byUser) {
    const fault = await checkLines(p, userId, lines, NO_LINES);
    if (fault !== null) faults.push(`line ${fault.line} of ${userId}: ${fault.fault}`);
  }
  return faults;
}
