import { readStore } from './open-read-only.js';

export interface LedgerAccount {
  readonly owner: string;
  readonly kind: 'system' | 'user';
  readonly balance: number;
  readonly held: number;
}

export interface LedgerCharge {
  readonly key: string;
  readonly owner: string;
  readonly amount: number;
  readonly state: 'held' | 'captured' | 'released';
}

export interface LedgerEntry {
  readonly reason: string;
  readonly key: string;
  readonly amount: number;
  readonly fromOwner: string;
  readonly toOwner: string;
}

export interface Ledger {
  readonly accounts: LedgerAccount[];
  readonly charges: LedgerCharge[];
  readonly entries: LedgerEntry[];
}

/** The whole credits store at one moment. */
export function readLedger(file: string): Ledger {
  return readStore(file, (database) =>
    database.transaction(() => ({
      accounts: database.prepare('SELECT owner, kind, balance, held FROM account').all() as LedgerAccount[],
      charges: database
        .prepare(
          `SELECT charge.key, account.owner, charge.amount, charge.state
           FROM charge JOIN account ON account.number = charge.account WHERE charge.kind IN ('message', 'group-message')`,
        )
        .all() as LedgerCharge[],
      entries: database
        .prepare(
          `SELECT entry.reason, entry.key, entry.amount, giver.owner AS fromOwner, taker.owner AS toOwner
           FROM entry JOIN account AS giver ON giver.number = entry.from_account
           JOIN account AS taker ON taker.number = entry.to_account`,
        )
        .all() as LedgerEntry[],
    }))(),
  );
}
