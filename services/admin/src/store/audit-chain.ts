import { hash } from 'node:crypto';
import { auditEntryText, FIRST_AUDIT_HASH, type AuditEntry, type AuditOutcome } from '@secureconnect/contracts/audit';
import type Sqlite from 'better-sqlite3';
import type { Deed } from '../audit/deed.js';

/** An entry as it is read, under the names of the contract. */
export const AUDIT_COLUMNS = `entry, at_ms AS atMs, actor, action, target, concerns, amount, reason, outcome, outcome_of AS "of", hash`;
/** `hash`: 32 bytes. */
export type StoredEntry = AuditEntry & { readonly hash: Buffer };

/** What an entry says beside the deed. */
export interface Standing {
  readonly outcome: AuditOutcome | null;
  readonly of: number | null;
}

/** @param previous - 64 lowercase hex characters @returns 32 bytes */
export function hashEntry(previous: string, entry: AuditEntry): Buffer {
  return hash('sha256', auditEntryText(previous, entry), 'buffer');
}

/** Writes an entry at the end of the chain, inside `store.writes.commit(...)`. @returns its position */
export function appendEntry(database: Sqlite.Database, deed: Deed, standing: Standing): number {
  const end = database
    .prepare<[], { entry: number; hash: Buffer }>('SELECT entry, hash FROM audit_entry ORDER BY entry DESC LIMIT 1')
    .get();
  const { actor, action, target, concerns, amount, reason } = deed;
  const { outcome, of } = standing;
  const entry: AuditEntry = {
    ...{ entry: (end?.entry ?? 0) + 1, atMs: Date.now(), actor, action, target, concerns, amount, reason },
    ...{ outcome, of },
  };
  database
    .prepare(
      `INSERT INTO audit_entry (entry, at_ms, actor, action, target, concerns, amount, reason, outcome, outcome_of, hash)
       VALUES (:entry, :atMs, :actor, :action, :target, :concerns, :amount, :reason, :outcome, :of, :hash)`,
    )
    .run({ ...entry, hash: hashEntry(end?.hash.toString('hex') ?? FIRST_AUDIT_HASH, entry) });
  return entry.entry;
}

/** Makes every hash anew. @returns the first entry that does not follow from those before it; null for a whole chain */
export function findBreak(database: Sqlite.Database): number | null {
  const rows = database.prepare<[], StoredEntry>(`SELECT ${AUDIT_COLUMNS} FROM audit_entry ORDER BY entry`);
  let last = 0;
  let previous = FIRST_AUDIT_HASH;
  for (const { hash: stored, ...entry } of rows.iterate()) {
    if (entry.entry !== last + 1 || !stored.equals(hashEntry(previous, entry))) return last + 1;
    last = entry.entry;
    previous = stored.toString('hex');
  }
  return null;
}
