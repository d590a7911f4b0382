import { fakeWorld } from './fake-world.js';
import { connected, eventually, person, texts, thread, value, type Person } from './person.js';

const world = fakeWorld();

describe('a reload', () => {
  it('needs no password, and finds messages, peers and trust again without the network', async () => {
    const { alice, conversation } = await world.aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'before'));
    await eventually(
      () => thread(alice, conversation),
      ([first]) => first?.seq === 1,
    );
    await alice.messenger.close();
    const again = world.keep(
      person(world.server.origin, { storage: alice.storage, fetch: () => Promise.reject(new TypeError('no network')) }),
    );
    expect(await again.messenger.restore()).toMatchObject({ state: 'signed-in', self: { username: 'alice' } });
    expect(texts(await thread(again, conversation))).toEqual(['before']);
    expect((await again.messenger.conversations())[0]).toMatchObject({ peer: { username: 'bob', trust: 'first-use' } });
  });

  it('sends what was written without a connection, once', async () => {
    const { alice, bob, conversation } = await world.aliceAndBob();
    await alice.messenger.close();
    const offline = world.keep(
      person(world.server.origin, { storage: alice.storage, fetch: () => Promise.reject(new TypeError('no network')) }),
    );
    await offline.messenger.restore();
    expect(value(await offline.messenger.send(conversation.conversationId, 'written offline')).state).toBe('sending');
    expect(await offline.messenger.unsent()).toBe(1);
    await offline.messenger.close();
    const online = world.keep(person(world.server.origin, { storage: alice.storage, jar: alice.jar }));
    await online.messenger.restore();
    await eventually(
      () => online.messenger.unsent(),
      (unsent) => unsent === 0,
    );
    await eventually(
      () => thread(bob, conversation),
      (messages) => texts(messages).includes('written offline'),
    );
    expect(texts(await thread(online, conversation))).toEqual(['written offline']);
  });

  it.each([1, 2, 3, 5, 8, 13])(
    'after a crash at step %d of sending loses nothing and repeats nothing',
    async (steps) => {
      const { alice, bob, conversation } = await world.aliceAndBob();
      let commits = 0;
      const crash: { storage: Person['storage'] | null } = { storage: null };
      const open = alice.storage.open.bind(alice.storage);
      await alice.messenger.close();
      const watched = {
        ...alice.storage,
        open: async (name: string) => {
          const store = await open(name);
          const commit = store.commit.bind(store);
          return Object.assign(store, {
            commit: async (change: Parameters<typeof commit>[0]) => {
              const done = await commit(change);
              if (sending && ++commits === steps) crash.storage = alice.storage.snapshot();
              return done;
            },
          });
        },
      };
      let sending = false as boolean;
      const first = world.keep(person(world.server.origin, { storage: watched, jar: alice.jar }));
      await first.messenger.restore();
      await connected(first);
      sending = true;
      const promised: string[] = [];
      const hasCrashed = () => crash.storage !== null;
      for (let n = 0; n < 10 && !hasCrashed(); n++) {
        value(await first.messenger.send(conversation.conversationId, `m${n}`));
        if (!hasCrashed()) promised.push(`m${n}`);
      }
      await eventually(hasCrashed, Boolean);
      await first.messenger.close();
      const again = world.keep(person(world.server.origin, { storage: crash.storage!, jar: alice.jar }));
      await again.messenger.restore();
      await connected(again);
      await eventually(
        () => again.messenger.unsent(),
        (unsent) => unsent === 0,
      );
      value(await again.messenger.send(conversation.conversationId, 'after'));
      const messages = await eventually(
        () => thread(bob, conversation),
        (found) => texts(found).includes('after'),
      );
      const mine = texts(messages);
      expect(new Set(mine).size).toBe(mine.length);
      expect(mine).not.toContain('unverifiable');
      // What send() had promised before the crash is there.
      expect(mine.slice(0, promised.length)).toEqual(promised);
      expect(texts(await thread(again, conversation))).toEqual(mine);
    },
  );
});
