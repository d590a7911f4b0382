import { createHash } from 'node:crypto';
import { FIRST_LEDGER_HASH, ledgerLineText } from '@secureconnect/contracts/ledger-line';
import type { UserId } from '@secureconnect/contracts/ids';
import { settle } from '@secureconnect/credits/ledger/charge-rules';
import { brokenInvariants } from '@secureconnect/credits/ledger/invariants';
import { CREDITS_SCHEMA } from '@secureconnect/credits/store/credits-schema';
import { auditLedger } from '@secureconnect/credits/store/ledger-audit';
import { LedgerStore } from '@secureconnect/credits/store/ledger-store';
import { openStore } from '@secureconnect/platform/store/store';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import Sqlite from 'better-sqlite3';
import { OPENING } from '../memory-book.js';
import { ALICE, BOB, messageId } from '../people.js';

/** How many migrations there were before lines. */
const BEFORE_LINES = CREDITS_SCHEMA.migrations.findIndex(({ name }) => name.startsWith('ChainLines'));

interface Row {
  line: number;
  reason: string;
  key: string;
  amount: number;
  balance: number;
  atMs: number;
  hash: Buffer;
}

/** The lines of a user, as the user is shown them. */
function linesOf(file: string, owner: UserId): Row[] {
  const database = new Sqlite(file, { readonly: true });
  const rows = database.prepare<[string], Row>(`
    SELECT e.line, e.reason, e.key, iif(e.to_account = a.number, e.amount, -e.amount) AS amount, e.balance,
      e.posted_at_ms AS atMs, e.hash
    FROM entry e JOIN account a ON a.number IN (e.from_account, e.to_account) WHERE a.owner = ? ORDER BY e.id`);
  const lines = rows.all(owner);
  database.close();
  return lines;
}

/** Makes the chain anew from what the lines say, and nothing else. */
function remake(userId: UserId, lines: readonly Row[]): string[] {
  let previous = FIRST_LEDGER_HASH;
  return lines.map((line) => {
    previous = createHash('sha256')
      .update(ledgerLineText(previous, { ...line, userId }), 'utf8')
      .digest('hex');
    return previous;
  });
}

const hashesOf = (lines: readonly Row[]) => lines.map(({ hash }) => hash.toString('hex'));

describe('the chain of an account', () => {
  const folder = temporaryFolder();

  afterAll(() => {
    folder.remove();
  });

  it('can be made anew, line by line, from what its lines say', async () => {
    const file = folder.file('anew.sqlite');
    const store = await openStore({ file, ...CREDITS_SCHEMA });
    const ledger = new LedgerStore(store, OPENING);
    const pay = (userId: UserId, count: number, amount: number) =>
      ledger.transact((book, nowMs) =>
        settle(book, { kind: 'message', key: messageId(count), userId, amount, move: 'capture' }, nowMs),
      );
    await Promise.all([pay(ALICE, 1, 1), pay(BOB, 2, 5), pay(ALICE, 3, 0)]);
    await pay(ALICE, 4, 7);
    const lines = linesOf(file, ALICE);
    expect(lines.map(({ line, amount, balance }) => [line, amount, balance])).toEqual([
      [1, OPENING, OPENING],
      [2, -1, OPENING - 1],
      [3, 0, OPENING - 1],
      [4, -7, OPENING - 8],
    ]);
    expect(hashesOf(lines)).toEqual(remake(ALICE, lines));
    const bobs = linesOf(file, BOB);
    expect(hashesOf(bobs)).toEqual(remake(BOB, bobs));
    expect(hashesOf(lines)).not.toEqual(remake(BOB, lines));
    await store.close();
  });

  it.each(['line', 'reason', 'key', 'amount', 'balance', 'atMs'] as const)('tells another %s', (field) => {
    const line = { line: 1, reason: 'message', key: messageId(1), amount: -1, balance: 9, atMs: 5, hash: Buffer.of() };
    const other = { ...line, [field]: typeof line[field] === 'number' ? 77 : 'other' };
    expect(remake(ALICE, [line])).not.toEqual(remake(ALICE, [other]));
  });

  it('is made for what was posted before there were chains, and keeps every balance', async () => {
    const file = folder.file('older.sqlite');
    const older = await openStore({
      file,
      entities: CREDITS_SCHEMA.entities,
      migrations: CREDITS_SCHEMA.migrations.slice(0, BEFORE_LINES),
    });
    await older.close();
    const raw = new Sqlite(file);
    raw.exec(`
      INSERT INTO account (number, owner, kind, balance, version, opened_at_ms) VALUES
        (3, '${ALICE}', 'user', 497, 3, 1), (4, '${BOB}', 'user', 500, 1, 2);
      UPDATE account SET balance = -1000 WHERE owner = 'issued';
      UPDATE account SET balance = 3 WHERE owner = 'spent';
      INSERT INTO charge (kind, key, account, amount, state, expires_at_ms) VALUES
        ('message', '${messageId(1)}', 3, 1, 'captured', 0), ('message', '${messageId(2)}', 3, 2, 'captured', 0);
      INSERT INTO entry (reason, key, from_account, to_account, amount, posted_at_ms) VALUES
        ('opening', '${ALICE}', 1, 3, 500, 10), ('message', '${messageId(1)}', 3, 2, 1, 20),
        ('opening', '${BOB}', 1, 4, 500, 30), ('message', '${messageId(2)}', 3, 2, 2, 40);`);
    raw.close();

    const store = await openStore({ file, ...CREDITS_SCHEMA });
    expect(brokenInvariants(await auditLedger(file))).toEqual([]);
    const ledger = new LedgerStore(store, OPENING);
    await ledger.transact((book, nowMs) =>
      settle(book, { kind: 'message', key: messageId(3), userId: ALICE, amount: 1, move: 'capture' }, nowMs),
    );
    const lines = linesOf(file, ALICE);
    expect(lines.map(({ balance }) => balance)).toEqual([500, 499, 497, 496]);
    expect(hashesOf(lines)).toEqual(remake(ALICE, lines));
    expect((await ledger.standings([BOB])).get(BOB)).toMatchObject({ balance: 500 });
    await store.close();
    expect(brokenInvariants(await auditLedger(file))).toEqual([]);
  });
});
