import { fork } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Column, Entity, PrimaryColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { openStore, type Store } from '../../src/store/store.js';
import { StoreClosed } from '../../src/store/unit-of-work.js';
import { temporaryFolder } from '../../src/testing/temporary-folder.js';

jest.setTimeout(60_000);

@Entity({ name: 'note' })
class NoteRow {
  @PrimaryColumn('text')
  id!: string;

  @Column('integer')
  size!: number;
}

class OpenNotes1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE note (id TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT');
    await runner.query('CREATE TABLE line (id INTEGER PRIMARY KEY, note_id TEXT NOT NULL REFERENCES note (id)) STRICT');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE line');
    await runner.query('DROP TABLE note');
  }
}

class AddColor1791000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE note ADD COLUMN color TEXT NOT NULL DEFAULT 'red'");
  }
  async down(): Promise<void> {}
}

class Broken1792000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half (id TEXT) STRICT');
    await runner.query('THIS IS NOT SQL');
  }
  async down(): Promise<void> {}
}

const insert = (id: string) => (database: Sqlite.Database) =>
  database.prepare('INSERT INTO note (id, size) VALUES (?, 1)').run(id);

describe('a store', () => {
  const folder = temporaryFolder();
  let count = 0;
  let file: string;
  let store: Store;

  beforeEach(async () => {
    file = folder.file(`store-${String(count++)}/notes.db`);
    store = await openStore({ file, entities: [NoteRow], migrations: [OpenNotes1790000000000] });
  });

  afterEach(async () => {
    await store.close();
  });

  afterAll(() => {
    folder.remove();
  });

  const stored = () => store.reader.prepare<[], string>('SELECT id FROM note ORDER BY id').pluck().all();

  it('is in WAL mode, synchronous=FULL, with foreign keys', async () => {
    const pragmas = await store.writes.commit((database) =>
      ['journal_mode', 'synchronous', 'foreign_keys'].map((name) => database.pragma(name, { simple: true })),
    );
    expect(pragmas).toEqual(['wal', 2, 1]);
    await expect(
      store.writes.commit((database) => database.prepare("INSERT INTO line (note_id) VALUES ('nobody')").run()),
    ).rejects.toThrow(/FOREIGN KEY/);
  });

  it('answers after the commit: every reader sees what was answered', async () => {
    await store.writes.commit(insert('alice'));
    expect(stored()).toEqual(['alice']);
    expect(await store.reads.findOneBy(NoteRow, { id: 'alice' })).toMatchObject({ size: 1 });
    await store.writes.run((manager) => manager.save(NoteRow, { id: 'bob', size: 2 }));
    expect(stored()).toEqual(['alice', 'bob']);
  });

  it('commits the jobs of a tick together', async () => {
    const groups: number[] = [];
    await store.close();
    store = await openStore({
      file,
      entities: [NoteRow],
      migrations: [OpenNotes1790000000000],
      onCommit: (commit) => groups.push(commit.jobs),
    });
    await Promise.all(Array.from({ length: 50 }, (_, index) => store.writes.commit(insert(`note-${String(index)}`))));
    expect(groups).toEqual([50]);
  });

  it('undoes only the job that throws', async () => {
    const outcomes = await Promise.allSettled([
      store.writes.commit(insert('alice')),
      store.writes.commit((database) => {
        insert('mallory')(database);
        throw new Error('refused');
      }),
      store.writes.commit(insert('alice')),
      store.writes.commit(insert('bob')),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(stored()).toEqual(['alice', 'bob']);
  });

  it('lets a job see what the jobs before it wrote', async () => {
    const [, seen] = await Promise.all([
      store.writes.commit(insert('alice')),
      store.writes.commit((database) => database.prepare('SELECT count(*) FROM note').pluck().get()),
    ]);
    expect(seen).toBe(1);
  });

  it('undoes a whole exclusive transaction that throws, nested ones too', async () => {
    const attempt = store.writes.run(async (manager) => {
      await manager.save(NoteRow, { id: 'mallory', size: 1 });
      await manager.transaction((nested) => nested.save(NoteRow, { id: 'mallory-2', size: 1 }));
      await new Promise((resolve) => setTimeout(resolve, 20));
      throw new Error('refused');
    });
    await expect(attempt).rejects.toThrow('refused');
    expect(stored()).toEqual([]);
  });

  it('never mixes transactions: exclusive and grouped ones run one after the other, in order', async () => {
    const order: string[] = [];
    await Promise.allSettled([
      store.writes.run(async (manager) => {
        order.push('first begins');
        await manager.save(NoteRow, { id: 'first', size: 1 });
        await new Promise((resolve) => setTimeout(resolve, 30));
        order.push('first ends');
        throw new Error('undone');
      }),
      store.writes.commit((database) => {
        order.push('second');
        insert('second')(database);
      }),
      store.writes.run(async (manager) => {
        order.push('third');
        await manager.save(NoteRow, { id: 'third', size: 1 });
      }),
    ]);
    expect(order).toEqual(['first begins', 'first ends', 'second', 'third']);
    expect(stored()).toEqual(['second', 'third']);
  });

  it('waits for another process without stopping this one', async () => {
    const other = new Sqlite(file, { timeout: 0 });
    other.exec('BEGIN IMMEDIATE');
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    const writing = Promise.all([
      store.writes.commit(insert('alice')),
      store.writes.run((manager) => manager.save(NoteRow, { id: 'bob', size: 1 })),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(stored()).toEqual([]);
    expect(ticks).toBeGreaterThan(20);
    other.exec('COMMIT');
    other.close();
    await writing;
    clearInterval(ticking);
    expect(stored()).toEqual(['alice', 'bob']);
  });

  it('cannot be written to by its readers', async () => {
    expect(() => store.reader.prepare("INSERT INTO note VALUES ('mallory', 1)").run()).toThrow(/readonly/);
    await expect(store.reads.save(NoteRow, { id: 'mallory', size: 1 })).rejects.toThrow(/readonly/);
  });

  it('finishes what is queued when it closes, and refuses what comes later', async () => {
    const last = store.writes.commit(insert('alice'));
    const closing = store.close();
    await expect(store.writes.commit(insert('bob'))).rejects.toThrow(StoreClosed);
    await Promise.all([last, closing]);
    const reader = new Sqlite(file, { readonly: true });
    expect(reader.prepare('SELECT id FROM note').pluck().all()).toEqual(['alice']);
    reader.close();
    store = await openStore({ file, entities: [NoteRow], migrations: [OpenNotes1790000000000] });
  });

  describe('at start', () => {
    it('brings an older schema up to date and keeps the rows', async () => {
      await store.writes.commit(insert('alice'));
      await store.close();
      store = await openStore({
        file,
        entities: [NoteRow],
        migrations: [OpenNotes1790000000000, AddColor1791000000000],
      });
      expect(store.reader.prepare('SELECT id, color FROM note').get()).toEqual({ id: 'alice', color: 'red' });
    });

    it('refuses a newer schema with one sentence, and leaves it alone', async () => {
      await store.close();
      store = await openStore({
        file,
        entities: [NoteRow],
        migrations: [OpenNotes1790000000000, AddColor1791000000000],
      });
      const older = openStore({ file, entities: [NoteRow], migrations: [OpenNotes1790000000000] });
      await expect(older).rejects.toMatchObject({
        name: 'StartFailure',
        message: expect.stringMatching(/schema of a newer version \(AddColor1791000000000\)/),
      });
      await store.writes.commit(insert('alice'));
    });

    it('undoes a migration that fails', async () => {
      await expect(
        openStore({ file, entities: [], migrations: [OpenNotes1790000000000, Broken1792000000000] }),
      ).rejects.toThrow();
      expect(store.reader.prepare("SELECT name FROM sqlite_master WHERE name = 'half'").get()).toBeUndefined();
    });

    it('refuses a file that is no store, and a folder it cannot make', async () => {
      const noStore = folder.file('text.db');
      writeFileSync(
        noStore,
        'this is not a database, and it is long enough to be read as a header of one, is it not?'.repeat(20),
      );
      await expect(openStore({ file: noStore, entities: [], migrations: [] })).rejects.toMatchObject({
        name: 'StartFailure',
      });
      await expect(
        openStore({ file: `${noStore}/deeper/store.db`, entities: [], migrations: [] }),
      ).rejects.toMatchObject({ name: 'StartFailure' });
    });

    it('migrates once when several processes start at the same moment', async () => {
      const shared = folder.file('shared.db');
      const script = join(import.meta.dirname, 'open-store.mjs');
      const dist = join(import.meta.dirname, '../../dist/store/store.js');
      if (!existsSync(dist)) throw new Error('build the platform first: tsc -b services/platform');
      const exits = Array.from({ length: 4 }, () => {
        const child = fork(script, [dist, shared], { execArgv: [] });
        return new Promise<number | null>((resolve) => child.once('exit', resolve));
      });
      expect(await Promise.all(exits)).toEqual([0, 0, 0, 0]);
      const reader = new Sqlite(shared, { readonly: true });
      expect(reader.prepare('SELECT name FROM migrations').pluck().all()).toEqual(['SlowOpening1790000000000']);
      expect(reader.prepare('SELECT count(*) FROM start').pluck().get()).toBe(4);
      reader.close();
    });
  });
});
