import { setImmediate } from 'node:timers/promises';
import type { ChargeKind } from '@secureconnect/contracts/internal';
import Sqlite from 'better-sqlite3';
import type { AuditCounts } from '../ledger/invariants.js';
import { HourAudit, type HourTotal } from './hour-audit.js';
import { ChainAudit, type ChainEnd, type LineAudit } from './chain-audit.js';

/** Rows read before the event loop gets its turn. */
const ROWS_A_TURN = 200;

interface AccountTotals extends ChainEnd {
  balance: number;
  held: number;
  allowed: number;
  kind: 'system' | 'user';
  entries: number;
  charges: number;
  allowances: number;
}

/**
 * Reads the whole ledger and counts what does not add up. It works on a snapshot of its own, in turns, beside the traffic.
 * @param file - path of the store
 */
export async function auditLedger(file: string): Promise<AuditCounts> {
  const database = new Sqlite(file, { readonly: true });
  try {
    database.exec('BEGIN');
    return await count(database);
  } finally {
    database.close();
  }
}

async function count(database: Sqlite.Database): Promise<AuditCounts> {
  const accounts = new Map<number, AccountTotals>();
  let wrongOpenings = 0;
  let paidUncaptured = 0;
  let capturedUnpaid = 0;
  let entries = 0;
  let wrongTopups = database.prepare<[], number>(APPROVED_UNPAID).pluck().get() ?? 0;
  let wrongAdjustments = database.prepare<[], number>(UNPOSTED_ADJUSTMENTS).pluck().get() ?? 0;
  await eachRow(database.prepare<[], AccountAudit>(ACCOUNTS), (row) => {
    accounts.set(row.number, { ...row, entries: 0, charges: 0, allowances: 0 });
    wrongOpenings += 1 - row.isOpened;
  });
  const totalsOf = (number: number): AccountTotals => {
    const totals = accounts.get(number);
    if (totals === undefined) throw new Error('a ledger row names an account that does not exist');
    return totals;
  };
  const chains = new ChainAudit();
  const hours = new HourAudit();
  await eachRow(database.prepare<[], EntryAudit>(ENTRIES), (row) => {
    entries++;
    chains.follow(row);
    hours.follow(row.reason, row.atMs, row.isTakenBack === 1 ? -row.moved : row.moved);
    totalsOf(row.from).entries -= row.moved;
    totalsOf(row.to).entries += row.moved;
    if (row.reason === 'opening') wrongOpenings += 1 - row.isGrounded;
    else if (row.reason === 'top-up') wrongTopups += 1 - row.isGrounded;
    else if (row.reason === 'adjustment') wrongAdjustments += 1 - row.isGrounded;
    else paidUncaptured += 1 - row.isGrounded;
  });
  await eachRow(database.prepare<[], ChargeAudit>(CHARGES), (row) => {
    if (row.state === 'held') totalsOf(row.account).charges += row.amount;
    else capturedUnpaid += 1 - row.isPaid;
  });
  await eachRow(database.prepare<[], AllowanceAudit>('SELECT account, amount FROM allowance'), (row) => {
    totalsOf(row.account).allowances += row.amount;
  });
  const wrongHours = hours.wrongAmong(
    database.prepare<[], HourTotal>('SELECT hour_at_ms AS hourAtMs, reason, count, amount FROM hour_total').all(),
  );
  const totals = [...accounts.values()];
  return {
    accounts: accounts.size,
    entries,
    sumOfBalances: totals.reduce((sum, account) => sum + account.balance, 0),
    wrongBalances: totals.filter((account) => account.balance !== account.entries).length,
    wrongHolds: totals.filter((account) => account.held !== account.charges).length,
    wrongAllowances: totals.filter((account) => account.allowed !== account.allowances).length,
    wrongChains: totals.filter((account) => account.kind === 'user' && !chains.isWhole(account)).length,
    wrongTopups,
    wrongAdjustments,
    wrongHours,
    wrongOpenings,
    capturedUnpaid,
    paidUncaptured,
  };
}

interface AccountAudit extends ChainEnd {
  kind: 'system' | 'user';
  balance: number;
  held: number;
  allowed: number;
  isOpened: 0 | 1;
}

interface AllowanceAudit {
  account: number;
  amount: number;
}

interface ChargeAudit {
  account: number;
  amount: number;
  state: 'held' | 'captured';
  isPaid: 0 | 1;
}

interface EntryAudit extends LineAudit {
  reason: 'opening' | 'top-up' | 'adjustment' | ChargeKind;
  from: number;
  to: number;
  moved: number;
  /** Whether it goes back to where credits are issued from. */
  isTakenBack: 0 | 1;
  /** Whether what the entry was made for stands: the account it opened, or the captured charge. */
  isGrounded: 0 | 1;
}

const ACCOUNTS = `
  SELECT a.number, a.kind, a.balance, a.held, a.allowed, a.last_entry AS lastEntry, a.line, a.hash,
    a.kind = 'system' OR EXISTS (SELECT 1 FROM entry e WHERE e.reason = 'opening' AND e.key = a.owner) AS isOpened
  FROM account a`;

const ENTRIES = `
  SELECT e.id, e.reason, e.key, e.from_account AS "from", e.to_account AS "to", e.amount AS moved,
    e.to_account = (SELECT number FROM account WHERE owner = 'issued') AS isTakenBack,
    u.number AS account, u.owner, iif(e.to_account = u.number, e.amount, -e.amount) AS amount,
    e.posted_at_ms AS atMs, e.line, e.previous, e.balance, e.hash,
    CASE e.reason
      WHEN 'opening' THEN EXISTS (
        SELECT 1 FROM account a JOIN account i ON i.number = e.from_account
        WHERE a.number = e.to_account AND a.owner = e.key AND i.owner = 'issued')
      WHEN 'top-up' THEN EXISTS (
        SELECT 1 FROM topup t JOIN account i ON i.number = e.from_account
        WHERE t.topup_id = e.key AND t.state = 'approved' AND t.account = e.to_account AND t.amount = e.amount
          AND i.owner = 'issued')
      WHEN 'adjustment' THEN EXISTS (
        SELECT 1 FROM adjustment d JOIN account i ON i.owner = 'issued'
        WHERE d.deed_id = e.key AND abs(d.amount) = e.amount
          AND e.from_account = iif(d.amount < 0, d.account, i.number) AND e.to_account = iif(d.amount < 0, i.number, d.account))
      ELSE EXISTS (
        SELECT 1 FROM charge c JOIN account s ON s.number = e.to_account
        WHERE c.kind = e.reason AND c.key = e.key AND c.state = 'captured' AND s.owner = 'spent')
    END AS isGrounded
  FROM entry e JOIN account g ON g.number = e.from_account
    JOIN account u ON u.number = iif(g.kind = 'user', e.from_account, e.to_account)
  ORDER BY e.id`;

const APPROVED_UNPAID = `
  SELECT count(*) FROM topup t
  WHERE t.state = 'approved' AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.reason = 'top-up' AND e.key = t.topup_id)`;

const UNPOSTED_ADJUSTMENTS = `
  SELECT count(*) FROM adjustment d
  WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.reason = 'adjustment' AND e.key = d.deed_id)`;

const CHARGES = `
  SELECT c.account, c.amount, c.state,
    e.id IS NOT NULL AND e.from_account = c.account AND e.amount = c.amount AS isPaid
  FROM charge c LEFT JOIN entry e ON e.reason = c.kind AND e.key = c.key
  WHERE c.state <> 'released'`;

async function eachRow<Row>(rows: Sqlite.Statement<[], Row>, visit: (row: Row) => void): Promise<void> {
  let read = 0;
  for (const row of rows.iterate()) {
    visit(row);
    if (++read % ROWS_A_TURN === 0) await setImmediate();
  }
}
