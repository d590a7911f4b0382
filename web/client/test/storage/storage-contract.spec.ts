import 'fake-indexeddb/auto';
import { indexedDbStorage } from '../../src/storage/indexed-db-storage.js';
import { compareKeys, memoryStorage } from '../../src/storage/memory-storage.js';
import { makeCacheKey, SealedStore } from '../../src/storage/sealed-store.js';
import { StorageFailure, type StoragePort, type Store } from '../../src/storage/storage-port.js';
import fc from 'fast-check';

const implementations: Record<string, () => StoragePort> = {
  memory: () => memoryStorage(),
  IndexedDB: () => indexedDbStorage(),
};

let databases = 0;

describe.each(Object.entries(implementations))('storage in %s', (_, make) => {
  let port: StoragePort;
  let name: string;
  let store: Store;

  beforeEach(async () => {
    port = make();
    name = `test-${databases++}`;
    store = await port.open(name);
  });
  afterEach(() => store.close());

  it('finds nothing where nothing was put', async () => {
    expect(await store.get('messages', ['c', 1])).toBeUndefined();
    expect(await store.range('messages', { prefix: [] })).toEqual([]);
  });

  it('gives back what was put, with a revision that rises', async () => {
    await store.commit({ put: [{ table: 'meta', key: ['a'], value: { n: 1, bytes: Uint8Array.of(1, 2) } }] });
    await store.commit({ put: [{ table: 'meta', key: ['a'], value: { n: 2, bytes: Uint8Array.of(3) } }] });
    expect(await store.get('meta', ['a'])).toEqual({
      key: ['a'],
      value: { n: 2, bytes: Uint8Array.of(3) },
      revision: 2,
    });
  });

  it('keeps a copy: changing the object afterwards changes nothing', async () => {
    const value = { list: [1] };
    await store.commit({ put: [{ table: 'meta', key: ['a'], value }] });
    value.list.push(2);
    const found = (await store.get('meta', ['a']))!.value as { list: number[] };
    expect(found.list).toEqual([1]);
    found.list.push(3);
    expect((await store.get('meta', ['a']))!.value).toEqual({ list: [1] });
  });

  it('keeps a non-extractable key usable and non-extractable', async () => {
    const key = await makeCacheKey();
    await store.commit({ put: [{ table: 'keys', key: ['cache'], value: key }] });
    const found = (await store.get('keys', ['cache']))!.value as CryptoKey;
    expect(found.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', found)).rejects.toThrow();
    const iv = new Uint8Array(12);
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, Uint8Array.of(7));
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, found, sealed);
    expect([...new Uint8Array(opened)]).toEqual([7]);
  });

  it('commits nothing when one expectation fails', async () => {
    await store.commit({ put: [{ table: 'meta', key: ['a'], value: 1 }] });
    const done = await store.commit({
      expect: [
        { table: 'meta', key: ['a'], revision: 1 },
        { table: 'replay', key: ['c', 'd', 1], revision: 1 },
      ],
      put: [{ table: 'meta', key: ['a'], value: 2 }],
      remove: [{ table: 'meta', key: ['a'] }],
    });
    expect(done).toBe(false);
    expect((await store.get('meta', ['a']))!.value).toBe(1);
  });

  it('inserts once when two expect absence', async () => {
    const insert = (value: string) =>
      store.commit({
        expect: [{ table: 'replay', key: ['c', 'd', 1], revision: 0 }],
        put: [{ table: 'replay', key: ['c', 'd', 1], value }],
      });
    const won = await Promise.all([insert('one'), insert('two'), insert('three')]);
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await store.get('replay', ['c', 'd', 1]))!.value).toBe(['one', 'two', 'three'][won.indexOf(true)]);
  });

  it('removes and puts across tables in one commit', async () => {
    await store.commit({ put: [{ table: 'outbox', key: ['c', 1], value: 'x' }] });
    await store.commit({
      remove: [{ table: 'outbox', key: ['c', 1] }],
      put: [{ table: 'messages', key: ['c', 9], value: 'x' }],
    });
    expect(await store.get('outbox', ['c', 1])).toBeUndefined();
    expect((await store.get('messages', ['c', 9]))!.value).toBe('x');
  });

  it('reads ranges by prefix, bounds, direction and limit', async () => {
    const positions = [1, 2, 9, 10, 11, 100];
    await store.commit({
      put: [
        ...positions.map((n) => ({ table: 'messages' as const, key: ['b', n], value: n })),
        { table: 'messages' as const, key: ['a', 5], value: 'other' },
        { table: 'messages' as const, key: ['c', 5], value: 'other' },
      ],
    });
    const values = async (range: Parameters<Store['range']>[1]) =>
      (await store.range('messages', range)).map(({ value }) => value);
    expect(await values({ prefix: ['b'] })).toEqual(positions);
    expect(await values({ prefix: ['b'], from: 2, to: 10 })).toEqual([2, 9, 10]);
    expect(await values({ prefix: ['b'], to: 10, reverse: true, limit: 2 })).toEqual([10, 9]);
    expect(await values({ prefix: ['b'], from: 10, limit: 2 })).toEqual([10, 11]);
    expect(await values({ prefix: [] })).toHaveLength(8);
    expect(await values({ prefix: ['b', 9] })).toEqual([9]);
  });

  it('keeps databases apart, and destroys one whole', async () => {
    const other = await port.open(`${name}-other`);
    await store.commit({ put: [{ table: 'meta', key: ['a'], value: 1 }] });
    await other.commit({ put: [{ table: 'meta', key: ['a'], value: 2 }] });
    store.close();
    await port.destroy(name);
    store = await port.open(name);
    expect(await store.get('meta', ['a'])).toBeUndefined();
    expect((await other.get('meta', ['a']))!.value).toBe(2);
    other.close();
  });

  it('tells whoever has a database open that it is taken away', async () => {
    let lost = 0;
    const watched = await port.open(`${name}-watched`, () => lost++);
    await port.destroy(`${name}-watched`);
    expect(lost).toBe(1);
    await expect(watched.get('meta', ['a'])).rejects.toThrow(StorageFailure);
    const closed = await port.open(`${name}-watched`, () => lost++);
    closed.close();
    await port.destroy(`${name}-watched`);
    expect(lost).toBe(1);
  });

  it('fails typed once it is closed', async () => {
    store.close();
    await expect(store.get('meta', ['a'])).rejects.toThrow(StorageFailure);
  });

  it('orders keys the same way everywhere', async () => {
    const part = fc.oneof(fc.integer({ min: -5, max: 1_000 }), fc.string({ maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.array(part, { minLength: 1, maxLength: 3 }), { selector: (k) => JSON.stringify(k) }),
        async (keys) => {
          const fresh = await port.open(`test-${databases++}`);
          await fresh.commit({ put: keys.map((key) => ({ table: 'meta', key, value: 0 })) });
          const found = (await fresh.range('meta', { prefix: [] })).map(({ key }) => key);
          expect(found).toEqual([...keys].sort(compareKeys));
          fresh.close();
        },
      ),
      { numRuns: 20 },
    );
  });

  describe('sealed at rest', () => {
    let sealed: SealedStore;
    beforeEach(async () => {
      sealed = new SealedStore(store, await makeCacheKey());
    });

    it('opens what it sealed, and stores none of it in the clear', async () => {
      await sealed.commit({ put: [{ table: 'messages', key: ['c', 1], value: { body: 'a secret of alice' } }] });
      expect((await sealed.get('messages', ['c', 1]))!.value).toEqual({ body: 'a secret of alice' });
      const raw = (await store.get('messages', ['c', 1]))!.value as Uint8Array;
      expect(Buffer.from(raw).toString('latin1')).not.toContain('secret');
    });

    it('refuses a record that was moved to another key', async () => {
      await sealed.commit({ put: [{ table: 'messages', key: ['c', 1], value: { body: 'one' } }] });
      const raw = (await store.get('messages', ['c', 1]))!.value;
      await store.commit({ put: [{ table: 'messages', key: ['c', 2], value: raw }] });
      await expect(sealed.get('messages', ['c', 2])).rejects.toThrow(StorageFailure);
    });

    it('refuses a changed byte, another key and a value in the clear', async () => {
      await sealed.commit({ put: [{ table: 'messages', key: ['c', 1], value: { body: 'one' } }] });
      await expect(new SealedStore(store, await makeCacheKey()).get('messages', ['c', 1])).rejects.toThrow(
        StorageFailure,
      );
      const raw = Uint8Array.from((await store.get('messages', ['c', 1]))!.value as Uint8Array);
      raw[20]! ^= 1;
      await store.commit({ put: [{ table: 'messages', key: ['c', 1], value: raw }] });
      await expect(sealed.get('messages', ['c', 1])).rejects.toThrow(StorageFailure);
      await store.commit({ put: [{ table: 'messages', key: ['c', 1], value: { body: 'planted' } }] });
      await expect(sealed.get('messages', ['c', 1])).rejects.toThrow(StorageFailure);
    });

    it('updates without losing what another tab wrote in between', async () => {
      await Promise.all(
        Array.from({ length: 10 }, () =>
          sealed.update<{ n: number }>('meta', ['count'], (value) => ({ n: (value?.n ?? 0) + 1 })),
        ),
      );
      expect((await sealed.get('meta', ['count']))!.value).toEqual({ n: 10 });
    });
  });
});

describe('a snapshot of memory storage', () => {
  it('stays as it was when the original goes on', async () => {
    const port = memoryStorage();
    const store = await port.open('a');
    await store.commit({ put: [{ table: 'meta', key: ['x'], value: 1 }] });
    const copy = await port.snapshot().open('a');
    await store.commit({ put: [{ table: 'meta', key: ['x'], value: 2 }] });
    expect((await copy.get('meta', ['x']))!.value).toBe(1);
    expect((await store.get('meta', ['x']))!.value).toBe(2);
  });
});
