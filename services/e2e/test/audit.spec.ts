import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreClasses } from '@secureconnect/platform/store/column-class';
import Database from 'better-sqlite3';
import { auditFolder } from '../src/audit/audit-folder.js';
import { readMarkers } from '../src/audit/markers.js';

const NOTES: StoreClasses = {
  note: {
    note_id: { class: 'id', also: ['system'], words: 'Which note.' },
    written_at_ms: { class: 'time', words: 'When.' },
    version: { class: 'counter', words: 'How often.' },
    kind: { class: 'public', values: ['letter', 'list'], words: 'What kind.' },
    keys: { class: 'public', magic: 'SCI1', words: 'Public keys.' },
    title: { class: 'declared-plain', reason: 'Shown.', pattern: /^[a-z-]+$/, words: 'Its title.' },
    body: { class: 'sealed', padded: [100], words: 'What it says.' },
    item: { class: 'sealed', sizes: 2, words: 'What it holds.' },
  },
};

let folder: string;
let store: Database.Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secureconnect-audit-'));
  for (const name of ['stores', 'logs', 'secrets']) mkdirSync(join(folder, name));
  store = new Database(join(folder, 'stores', 'notes.sqlite'));
  store.pragma('journal_mode = WAL');
  store.exec(`CREATE TABLE note (note_id TEXT, written_at_ms INTEGER, version INTEGER, kind TEXT, keys BLOB, title TEXT,
    body BLOB, item BLOB)`);
  for (let n = 0; n < 40; n++) add({});
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function add(change: Record<string, unknown>): void {
  const good = {
    note_id: randomBytes(16).toString('hex'),
    written_at_ms: Date.now(),
    version: 1,
    kind: 'letter',
    keys: Buffer.concat([Buffer.from('SCI1'), randomBytes(60)]),
    title: 'a-title',
    body: randomBytes(100 + 384),
    item: randomBytes(150),
  };
  const row = { ...good, ...change };
  store
    .prepare(
      `INSERT INTO note (${Object.keys(row).join()}) VALUES (${Object.keys(row)
        .map((name) => `@${name}`)
        .join()})`,
    )
    .run(row);
}

const faults = (markers = '', declared = NOTES) =>
  auditFolder(folder, new Map([['notes', declared]]), readMarkers(markers)).faults;

describe('the store auditor', () => {
  it('finds nothing where everything is as declared', () => {
    add({ note_id: 'system', written_at_ms: 0, title: null });
    expect(faults()).toEqual([]);
  });

  it('names a table and a column that are not declared', () => {
    store.exec('CREATE TABLE diary (text TEXT)');
    store.exec('ALTER TABLE note ADD COLUMN colour TEXT');
    expect(faults()).toEqual([
      'notes note.colour: a column that is not declared',
      'notes diary: a table that is not declared',
    ]);
  });

  it('sees a generated column too', () => {
    store.exec(`ALTER TABLE note ADD COLUMN shout TEXT AS (upper(title)) VIRTUAL`);
    expect(faults()).toEqual(['notes note.shout: a column that is not declared']);
  });

  it('names a declared table and a declared column that are gone', () => {
    store.exec('ALTER TABLE note DROP COLUMN kind');
    const more: StoreClasses = { ...NOTES, draft: { id: { class: 'id', words: 'Which.' } } };
    expect(faults('', more)).toEqual([
      'notes draft: declared, and there is no such table',
      'notes note.kind: declared, and there is no such column',
    ]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a name as an id', { note_id: 'alice' }, 'note_id: 1 of 41 values do not look like id'],
    ['an id in capitals', { note_id: 'A'.repeat(32) }, 'note_id: 1 of 41 values do not look like id'],
    ['seconds as a time', { written_at_ms: 1_795_000_000 }, 'written_at_ms: 1 of 41 values do not look like time'],
    ['a text as a time', { written_at_ms: 'now' }, 'written_at_ms: 1 of 41 values do not look like time'],
    ['a far time', { written_at_ms: Date.now() * 2 }, 'written_at_ms: 1 of 41 values do not look like time'],
    ['a fraction as a number', { version: 0.5 }, 'version: 1 of 41 values do not look like counter'],
    ['another word', { kind: 'secret' }, 'kind: 1 of 41 values do not look like public'],
    ['other bytes', { keys: Buffer.from('secret') }, 'keys: 1 of 41 values do not look like public'],
    ['a text for bytes', { keys: 'SCI1 but a text' }, 'keys: 1 of 41 values do not look like public'],
    ['another form', { title: 'A TITLE' }, 'title: 1 of 41 values do not look like declared-plain'],
    ['a text as sealed', { body: 'meet me at nine' }, 'body: 1 values are no bytes'],
    ['an unpadded length', { body: randomBytes(100 + 385) }, 'body: 1 of 41 values have a length that is not padded'],
  ])('refuses %s', (_, change, fault) => {
    add(change);
    expect(faults()).toEqual([`notes note.${fault}`]);
  });

  it('refuses texts in a sealed column by their entropy, though all lengths are padded', () => {
    for (let n = 0; n < 40; n++)
      add({ body: Buffer.alloc(100 + 256, `message ${n}: meet me at nine under the clock; `) });
    expect(faults()).toEqual([
      expect.stringMatching(/^notes note\.body: \d\.\d\d bits in each byte: that is not sealed$/),
    ]);
  });

  it('refuses lengths that follow the content', () => {
    for (let length = 151; length < 160; length++) add({ item: randomBytes(length) });
    expect(faults()).toEqual(['notes note.item: 10 lengths, where at most 2 may be']);
  });

  it('refuses a store that nobody declares, and a folder without one that is declared', () => {
    const { faults: found } = auditFolder(folder, new Map([['others', NOTES]]));
    expect(found).toEqual(['others: its store is missing', 'notes: a store of which nothing is declared']);
  });

  it('does not take an empty folder for a good one', () => {
    const empty = mkdtempSync(join(folder, 'empty-'));
    expect(auditFolder(empty, new Map([['notes', NOTES]])).faults).toHaveLength(1);
  });

  it.each<[string, (marker: Buffer) => void]>([
    ['a sealed column', (marker) => add({ body: Buffer.concat([randomBytes(200), marker], 100 + 384) })],
    [
      'a deleted row',
      (marker) => (add({ title: marker.toString() }), store.exec(`DELETE FROM note WHERE title LIKE 'm%'`)),
    ],
    ['a log', (marker) => writeFileSync(join(folder, 'logs', 'auth.log'), `said ${marker.toString('base64')}`)],
    ['a log, in hex', (marker) => writeFileSync(join(folder, 'logs', 'auth.log'), `said ${marker.toString('hex')}`)],
    ['a dump of Redis', (marker) => writeFileSync(join(folder, 'dump.rdb'), marker)],
  ])('finds a marker in %s', (_, plant) => {
    plant(Buffer.from('marker-of-a-text-77aa'));
    expect(faults('marker-of-a-text-77aa')).toEqual([expect.stringMatching(/holds the marker marker-of-a-text-77aa$/)]);
    expect(faults('marker-of-another-78aa')).toEqual([]);
  });

  it('leaves a marker in a plain field where it is declared, and finds it anywhere else', () => {
    add({ title: 'marker-of-a-title' });
    expect(faults('marker-of-a-title in notes')).toEqual([]);
    writeFileSync(join(folder, 'logs', 'auth.log'), 'marker-of-a-title');
    expect(faults('marker-of-a-title in notes')).toEqual(['logs/auth.log: holds the marker marker-of-a-title']);
  });

  it('says when a marker that should be there is not: it would not have found the others', () => {
    expect(faults('# planted\nmarker-of-a-title in notes')).toEqual([
      'stores/notes.sqlite: does not hold the marker marker-of-a-title, which it should',
    ]);
  });

  it('takes no marker that would be found by chance', () => {
    expect(() => readMarkers('abc')).toThrow('too short');
  });
});
