import 'fake-indexeddb/auto';
import { indexedDbStorage } from '../src/storage/indexed-db-storage.js';
import type { MemoryStorage } from '../src/storage/memory-storage.js';
import { fakeWorld } from './fake-world.js';
import { connected, cookieJar, eventually, PASSWORD, person, signUp, talk, texts, thread, value } from './person.js';

const world = fakeWorld();

/** IndexedDB is one for all of this process, as it is for all tabs of a browser. */
const browser = () => indexedDbStorage() as MemoryStorage;

async function rawDatabase(name: string): Promise<{ store: string; value: unknown }[]> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('not opened'));
  });
  const found = await Promise.all(
    [...database.objectStoreNames].map(
      (store) =>
        new Promise<{ store: string; value: unknown }[]>((resolve) => {
          const request = database.transaction(store).objectStore(store).getAll() as IDBRequest<{ value: unknown }[]>;
          request.onsuccess = () => resolve(request.result.map(({ value: stored }) => ({ store, value: stored })));
        }),
    ),
  );
  database.close();
  return found.flat();
}

describe('the messenger in IndexedDB', () => {
  it('talks, reloads without a password, keeps nothing in the clear, and leaves nothing after log-out', async () => {
    const jar = cookieJar(world.server.origin);
    const alice = world.keep(await signUp(world.server.origin, 'alice', { storage: browser(), jar }));
    const bob = world.keep(await signUp(world.server.origin, 'bob'));
    const conversation = await talk(alice, 'bob');
    value(await alice.messenger.send(conversation.conversationId, 'MARKER one'));
    await eventually(
      () => thread(bob, conversation),
      ({ length }) => length === 1,
    );
    await alice.messenger.close();

    const again = world.keep(person(world.server.origin, { storage: browser(), jar }));
    expect(await again.messenger.restore()).toMatchObject({ state: 'signed-in', self: { username: 'alice' } });
    await connected(again);
    value(await again.messenger.send(conversation.conversationId, 'MARKER two'));
    await eventually(
      () => thread(bob, conversation),
      ({ length }) => length === 2,
    );
    await eventually(
      () => thread(again, conversation),
      (messages) => messages.every(({ state }) => state === 'delivered'),
    );
    expect(texts(await thread(again, conversation))).toEqual(['MARKER one', 'MARKER two']);

    const name = `secureconnect-${world.server.account('alice').userId}`;
    const stored = await rawDatabase(name);
    expect(
      stored.filter(({ store }) => store === 'keys').map(({ value: key }) => (key as CryptoKey).extractable),
    ).toEqual([false, false, false]);
    for (const { store, value: record } of stored) {
      if (store === 'keys') continue;
      const text = Buffer.from(record as Uint8Array).toString('latin1');
      for (const secret of ['MARKER', 'alice', 'bob', PASSWORD]) expect(text).not.toContain(secret);
    }
    await again.messenger.logOut();
    expect((await indexedDB.databases()).map((database) => database.name)).toEqual(['secureconnect']);
  });

  it('keeps the key of a renewed vault as it kept the first, and nothing of a recovery key', async () => {
    const jar = cookieJar(world.server.origin);
    const alice = world.keep(await signUp(world.server.origin, 'alice', { storage: browser(), jar }));
    const next = 'an entirely different sentence';
    value(await alice.messenger.changePassword({ current: PASSWORD, next, known: true }));
    const recoveryKey = value(await alice.messenger.makeRecoveryKey(next));
    value(await alice.messenger.confirmRecoveryKey(recoveryKey));
    await alice.messenger.close();
    const again = world.keep(person(world.server.origin, { storage: browser(), jar }));
    expect(await again.messenger.restore()).toMatchObject({ state: 'signed-in' });
    await connected(again);
    expect(await again.messenger.hasRecoveryKey()).toBe(true);
    expect(value(await again.messenger.devices())).toHaveLength(1);
    const stored = await rawDatabase(`secureconnect-${world.server.account('alice').userId}`);
    for (const { store, value: record } of stored) {
      if (store === 'keys') expect((record as CryptoKey).extractable).toBe(false);
      else expect(Buffer.from(record as Uint8Array).toString('latin1')).not.toContain(recoveryKey.slice(0, 9));
    }
    await again.messenger.logOut();
  });
});
