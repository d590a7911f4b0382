import { appendEntry, findBreak } from '@secureconnect/admin/store/audit-chain';
import { ADMIN_SCHEMA } from '@secureconnect/admin/store/admin-schema';
import type { Deed } from '@secureconnect/admin/audit/deed';
import { openStore, type Store } from '@secureconnect/platform/store/store';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import Sqlite from 'better-sqlite3';
import { ALICE, BOB, MALLORY } from '../people.js';

const DEED: Deed = {
  ...{ actor: ALICE, action: 'user.ban', target: BOB, concerns: BOB, amount: null },
  reason: 'Advertising\n"to strangers"',
};

describe('the chain of the audit log', () => {
  const folder = temporaryFolder();
  let store: Store;
  let raw: Sqlite.Database;
  let file: string;
  let count = 0;

  beforeEach(async () => {
    file = folder.file(`chain-${String(++count)}.sqlite`);
    store = await openStore({ file, ...ADMIN_SCHEMA });
    raw = new Sqlite(file);
    for (const entry of [1, 3]) {
      await store.writes.commit((database) => appendEntry(database, DEED, { outcome: null, of: null }));
      await store.writes.commit((database) => appendEntry(database, DEED, { outcome: 'done', of: entry }));
    }
  });

  afterEach(async () => {
    raw.close();
    await store.close();
  });

  afterAll(() => {
    folder.remove();
  });

  it('is whole as it is written', () => {
    expect(findBreak(store.reader)).toBeNull();
  });

  it.each<[string, number, string]>([
    ['a time is another one', 1, 'UPDATE audit_entry SET at_ms = at_ms + 1 WHERE entry = 1'],
    ['an actor is another one', 3, `UPDATE audit_entry SET actor = '${MALLORY}' WHERE entry = 3`],
    ['an action is another one', 3, `UPDATE audit_entry SET action = 'user.unban' WHERE entry = 3`],
    ['a target is another one', 4, `UPDATE audit_entry SET target = '${MALLORY}' WHERE entry = 4`],
    ['it concerns nobody', 2, 'UPDATE audit_entry SET concerns = NULL WHERE entry = 2'],
    ['an amount is another one', 2, 'UPDATE audit_entry SET amount = 5 WHERE entry = 2'],
    ['a reason is another one', 2, `UPDATE audit_entry SET reason = 'because' WHERE entry = 2`],
    ['an outcome is another one', 4, `UPDATE audit_entry SET outcome = 'refused' WHERE entry = 4`],
    ['a hash is another one', 1, 'UPDATE audit_entry SET hash = zeroblob(32) WHERE entry = 1'],
    ['a line is missing', 2, 'DELETE FROM audit_entry WHERE entry = 2'],
  ])('is broken where %s', (_, entry, forgery) => {
    for (const change of ['update', 'delete']) raw.exec(`DROP TRIGGER audit_entry_no_${change}`);
    raw.exec(forgery);
    expect(findBreak(store.reader)).toBe(entry);
  });

  it('has no room for a line elsewhere than at its end', () => {
    const insert = raw.prepare(
      'INSERT OR REPLACE INTO audit_entry VALUES (?, 5, ?, ?, ?, NULL, NULL, ?, NULL, NULL, zeroblob(32))',
    );
    for (const entry of [-1, 1, 4, 6]) {
      expect(() => insert.run(entry, ALICE, 'user.ban', BOB, 'x')).toThrow(/append-only/);
    }
  });

  it('has one outcome for an act, and none without an act', async () => {
    const append = (of: number) =>
      store.writes.commit((database) => appendEntry(database, DEED, { outcome: 'refused', of }));
    await expect(append(1)).rejects.toThrow(/UNIQUE/);
    await expect(append(99)).rejects.toThrow(/FOREIGN KEY/);
    expect(findBreak(store.reader)).toBeNull();
  });

  it('takes over what was written down before there was one', async () => {
    const old = folder.file('old.sqlite');
    const before = await openStore({ file: old, ...ADMIN_SCHEMA, migrations: ADMIN_SCHEMA.migrations.slice(0, 2) });
    await before.close();
    const writer = new Sqlite(old);
    const insert = writer.prepare('INSERT INTO audit (at_ms, actor, action, target, reason) VALUES (?, ?, ?, ?, ?)');
    insert.run(1, ALICE, 'operator.bootstrapped', ALICE, 'one-time token');
    insert.run(2, ALICE, 'user.ban-asked', BOB, 'Advertising');
    insert.run(3, ALICE, 'topup.approval-asked', 'c4'.repeat(16), 'Paid');
    writer.close();
    const after = await openStore({ file: old, ...ADMIN_SCHEMA });
    expect(findBreak(after.reader)).toBeNull();
    expect(after.reader.prepare('SELECT action, concerns, outcome FROM audit_entry ORDER BY entry').all()).toEqual([
      { action: 'operator.bootstrap', concerns: ALICE, outcome: 'done' },
      { action: 'user.ban', concerns: BOB, outcome: null },
      { action: 'topup.approve', concerns: null, outcome: null },
    ]);
    await after.close();
  });
});
