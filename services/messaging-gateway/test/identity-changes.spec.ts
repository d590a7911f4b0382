import { setImmediate } from 'node:timers/promises';
import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { IdentityChanges } from '../src/conversations/identity-changes.js';
import { person } from './letters.js';

const id = () => person().userId as UserId;
/** Each page takes a turn of the event loop: as many turns as no test has pages. */
const settled = async () => {
  for (let turn = 0; turn < 50; turn++) await setImmediate();
};

function world(pages: readonly (readonly UserId[])[]) {
  const told: [UserId, UserId][] = [];
  const seen = { reads: 0, hints: 0, failures: 0 };
  const changes = new IdentityChanges({
    companions: (_, after) => {
      const page = after === null ? 0 : Number(after);
      seen.reads++;
      return {
        userIds: pages[page] ?? [],
        next: page + 1 < pages.length ? (String(page + 1) as ConversationId) : null,
      };
    },
    tell: (userIds, changed) => told.push(...userIds.map((userId): [UserId, UserId] => [userId, changed])),
    hintAll: () => seen.hints++,
    onFailed: () => seen.failures++,
  });
  return { changes, told, seen };
}
const hint = (userId: UserId) => JSON.stringify({ userId });

describe('changes of an identity', () => {
  it('are told to the user and to each companion once, page by page', async () => {
    const [alice, bob, carol] = [id(), id(), id()];
    const { changes, told, seen } = world([
      [alice, bob],
      [alice, bob, carol],
    ]);
    changes.hear(hint(alice));
    await settled();
    expect(told).toEqual([
      [alice, alice],
      [bob, alice],
      [carol, alice],
    ]);
    expect(seen.reads).toBe(2);
  });

  it('of one user that come in a burst are told once or twice, not each', async () => {
    const alice = id();
    const { changes, seen } = world([[alice]]);
    for (let count = 0; count < 100; count++) changes.hear(hint(alice));
    await settled();
    expect(seen.reads).toBeLessThanOrEqual(2);
  });

  it('of too many users at once are a hint to sync', async () => {
    const { changes, seen } = world([[]]);
    for (let count = 0; count < 3_000; count++) changes.hear(hint(id()));
    await settled();
    expect(seen.hints).toBe(1);
    expect(seen.reads).toBeLessThan(10);
  });

  it.each(['', '{', '7', 'null', '{"userId":"A"}', '{"userId":"' + 'a'.repeat(32) + '","more":1}'])(
    'are not read out of %s',
    async (message) => {
      const { changes, told } = world([[]]);
      changes.hear(message);
      await settled();
      expect(told).toEqual([]);
    },
  );

  it('are told of others although the store failed at one', async () => {
    const [alice, bob] = [id(), id()];
    const told: UserId[] = [];
    const failures: unknown[] = [];
    const changes = new IdentityChanges({
      companions: (userId) => {
        if (userId === alice) throw new Error('away');
        return { userIds: [bob], next: null };
      },
      tell: (_, changed) => told.push(changed),
      hintAll: () => undefined,
      onFailed: (error) => failures.push(error),
    });
    changes.hear(hint(alice));
    changes.hear(hint(bob));
    await settled();
    expect(failures).toHaveLength(1);
    expect(told).toContain(bob);
  });
});
