import type * as locking from '@secureconnect/client/locks';
import { processLocks } from '@secureconnect/client/locks';
import type * as memory from '@secureconnect/client/storage/memory-storage';
import type { Commit, StoragePort } from '@secureconnect/client/storage/storage-port';
import { bareSocket } from '../../people/bare-socket.js';
import { type Attack, defencesOf } from './attack.js';
import { comesToPass } from './scenes.js';

/** A page of somebody else's, which gets its visitors' browsers to send their cookies. */
const FOREIGN = 'https://evil.example';
const SENDS = 30;

/** Other pages and other tabs of the same browser. */
export const TAB_ATTACKS: readonly Attack[] = [
  {
    row: 84,
    name: 'two tabs of one device that send at the same time',
    expect: 'withstood',
    async play(world) {
      const deps = { locks: processLocks() };
      const bob = await world.newcomer('bob');
      const one = world.person(world.name('alice'), world.place(1), { deps });
      await one.signUp();
      await one.open(bob.username);
      const { password, storage, jar } = one;
      const two = world.person(one.username, world.place(2), { password, storage, jar, deps });
      await two.restore();
      await two.connected();
      const texts: string[] = [];
      for (let n = 0; n < SENDS; n++) {
        texts.push(`one ${n}`, `two ${n}`);
        await Promise.all([one.say(bob.username, `one ${n}`), two.say(bob.username, `two ${n}`)]);
      }
      const words = () => bob.words(one.username);
      await comesToPass(words, (all) => all.length >= texts.length, 6_000);
      const isWhole = [...(await words())].sort().join() === texts.sort().join();
      return { harm: isWhole ? null : 'bob misses messages, or has them twice', shown: null };
    },
    // Held twice: by locks that all tabs share, and by transactions that compare before they write.
    without: [
      defencesOf<typeof locking>('@secureconnect/client/locks').no('processLocks', () => () => ({
        hold: async (_: string, work: () => Promise<unknown>) => work(),
      })),
      defencesOf<typeof memory>('@secureconnect/client/storage/memory-storage').no(
        'memoryStorage',
        (real) => (): StoragePort => {
          const storage = real();
          return {
            ...storage,
            async open(...input) {
              const store = await storage.open(...input);
              const commit = store.commit.bind(store);
              return Object.assign(store, { commit: (change: Commit) => commit({ ...change, expect: [] }) });
            },
          };
        },
      ),
    ],
  },
  {
    row: 114,
    name: 'a foreign page that uses alice’s cookies',
    expect: 'withstood',
    async play(world) {
      const alice = await world.newcomer('alice');
      const { auth, messagingSocket } = world.endpoints();
      const cookie = alice.jar.header;
      const isListening = await bareSocket(messagingSocket, 'messaging', {
        socketHeaders: { cookie, origin: FOREIGN },
      }).then(
        (socket) => (socket.disconnect(), true),
        () => false,
      );
      const answer = await fetch(`${auth}/logout`, {
        method: 'POST',
        headers: { cookie, origin: FOREIGN, 'content-type': 'application/json' },
        body: '{}',
      });
      const harm = [isListening && 'it listens to alice', answer.ok && 'it logs alice out'].filter(Boolean);
      return { harm: harm.length > 0 ? harm.join(', ') : null, shown: null };
    },
    without: { word: 'the list of origins', stack: { origins: [FOREIGN] } },
  },
];
