import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { memberKeys } from '@secureconnect/crypto/group/entries';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import fc from 'fast-check';
import { clientsOf, type GroupMemberClient } from './kit/groups.js';
import { makePerson, type Person } from './kit/people.js';

/*
 * Five people do whatever the rules allow, in any order, over a server that gives everybody everything. Afterwards each of them tries to
 * open each message, with every secret that was ever had: it opens exactly for who was a member when its epoch was made.
 */

let people: Person[];
beforeAll(async () => {
  people = await Promise.all(['alice', 'bobby', 'carol', 'david', 'erika'].map((name) => makePerson(p, name)));
});

interface Said {
  readonly bytes: Uint8Array;
  readonly epoch: number;
  /** User ids at the epoch's head. */
  readonly readers: ReadonlySet<string>;
}

const person = fc.nat(4);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('add' as const), who: person, whom: person }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('remove' as const), who: person, whom: person }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('promote' as const), who: person, whom: person }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('leave' as const), who: person, whom: person }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('rotate' as const), who: person, whom: person }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('say' as const), who: person, whom: person }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One step; what the rules forbid changes nothing. */
async function take(clients: readonly GroupMemberClient[], { does, who, whom }: Step, said: Said[]): Promise<void> {
  await clients[0]!.sync();
  const members = clients.filter((client) => clients[0]!.state.members.has(idToHex(client.person.userId)));
  const [actor, target] = [members[who % members.length], people[whom]!];
  if (actor === undefined) return;
  await actor.sync();
  const { userId } = target;
  try {
    if (does === 'add') await actor.change({ type: 'add', userId, keys: memberKeys(target.identity.current) });
    if (does === 'remove') await actor.change({ type: 'remove', userId });
    if (does === 'promote') await actor.change({ type: 'role', userId, role: 'admin' });
    if (does === 'leave') await actor.change({ type: 'leave' });
  } catch (error) {
    expect(error).toMatchObject({ code: 'group-refused' });
  }
  if (does === 'rotate') await actor.rotate();
  if (does === 'say') {
    const current = actor.newestEpoch;
    const isCurrent = current?.groupSeq === actor.state.seq && actor.store.epochs.length === current.epoch;
    const epoch = isCurrent ? current : await actor.rotate();
    const { bytes } = await actor.send({ t: 'text', body: `${said.length}` }, { epoch });
    said.push({ bytes, epoch: epoch.epoch, readers: new Set(actor.state.members.keys()) });
  }
}

/** Whether any secret that the client ever had opens the message, whatever else the client would say against it. */
async function opensWithAnything(client: GroupMemberClient, { bytes }: Said): Promise<boolean> {
  const { groupHead } = readEnvelope(bytes).header;
  for (const epoch of client.epochs.values()) {
    const outcome = await client.open(bytes, {
      state: { evidence: { openedBefore: true } },
      epochOf: () => Promise.resolve({ ...epoch, groupHead }),
    });
    if (outcome.ok) return true;
  }
  return false;
}

describe('a group of five', () => {
  it('[T-70, T-78] is read by its members of the time, and by nobody else', async () => {
    const tried = { opened: 0, closed: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), async (steps) => {
        const { clients } = clientsOf(p, people);
        await clients[0]!.create('Model');
        await Promise.all(clients.map((client) => client.sync()));
        const said: Said[] = [];
        for (const one of steps) await take(clients, one, said);
        await Promise.all(clients.map((client) => client.sync()));
        const heads = new Set(clients.map(({ state }) => String(state.head)));
        expect(heads.size).toBe(1);
        for (const message of said) {
          for (const client of clients) {
            const opens = await opensWithAnything(client, message);
            expect(opens).toBe(message.readers.has(idToHex(client.person.userId)));
            tried[opens ? 'opened' : 'closed']++;
          }
        }
      }),
      { numRuns: 40 },
    );
    // a model in which nothing happens would agree with everything
    expect(Math.min(tried.opened, tried.closed)).toBeGreaterThan(40);
  }, 60_000);
});
