import fc from 'fast-check';
import { DEVICE_COUNT, type GroupOfFive, USERS } from './group-of-five.js';

type Simple = 'write' | 'hint' | 'cut' | 'look-again' | 'restart' | 'moved' | 'rename' | 'role' | 'truth';
const LIES = ['old-vault', 'false-keys', 'old-log', 'ghost', 'stale-epoch', 'planted-epoch', 'fork'] as const;
const LIES_AT = ['drop', 'swap', 'repeat', 'forge', 'hold'] as const;

/** What happens next, and to which of the seven devices. */
export type GroupStep =
  | { readonly do: Simple | (typeof LIES)[number]; readonly device: number }
  | { readonly do: (typeof LIES_AT)[number]; readonly device: number; readonly ahead: number }
  | { readonly do: 'add' | 'remove'; readonly device: number; readonly target: number };

const device = fc.nat({ max: DEVICE_COUNT - 1 });
/** Lies are about messages to come as well as about those that were told. */
const ahead = fc.integer({ min: -3, max: 6 });
const simple = (weight: number, name: Simple | (typeof LIES)[number]) => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(name), device }),
});
const membership = (weight: number, name: 'add' | 'remove') => ({
  weight,
  arbitrary: fc.record({ do: fc.constant(name), device, target: fc.nat({ max: USERS.length - 1 }) }),
});

export const anyGroupStep: fc.Arbitrary<GroupStep> = fc.oneof(
  simple(55, 'write'),
  simple(4, 'hint'),
  simple(4, 'moved'),
  simple(4, 'cut'),
  simple(3, 'look-again'),
  simple(2, 'restart'),
  simple(2, 'rename'),
  simple(2, 'role'),
  membership(6, 'add'),
  membership(2, 'remove'),
  ...LIES.map((name) => simple(1, name)),
  simple(3, 'truth'),
  ...LIES_AT.map((name) => ({ weight: 3, arbitrary: fc.record({ do: fc.constant(name), device, ahead }) })),
);

/** Steps in which the server does not do what it should. */
export function isLie({ do: name }: GroupStep): boolean {
  return ([...LIES, ...LIES_AT] as readonly string[]).includes(name);
}

/** Does one step. Nothing is waited for but what a person would wait for; what is refused is refused. */
export async function take(all: GroupOfFive, step: GroupStep, number: number): Promise<void> {
  const target = all.devices[step.device]!;
  const { delivery, mallory, person, served, user } = target;
  const { lies } = delivery;
  const { groupId } = all;
  if (isLie(step)) target.deceived = true;
  const moved = () =>
    mallory.sockets.emit('group:changed', { groupId, lastSeq: all.entries.length, lastEpoch: all.lastEpoch });
  const at = 'ahead' in step ? Math.max(1, all.messages.length + step.ahead) : 0;
  switch (step.do) {
    case 'write': {
      const text = `${user} ${number}`;
      const outcome = await person.messenger.send(groupId, text);
      if (outcome.ok) all.said.push({ user, text, messageId: outcome.value.messageId });
      return;
    }
    case 'hint':
      mallory.sockets.emit('sync:hint', {});
      return;
    case 'moved':
      moved();
      return;
    case 'cut':
      mallory.sockets.cut();
      return;
    case 'look-again':
      if ((await person.messenger.group(groupId)).ok) await person.messenger.lookAgain(groupId);
      return;
    case 'restart':
      return all.restart(target);
    case 'rename':
      await person.messenger.renameGroup(groupId, `five ${number}`);
      return;
    case 'role': {
      const isAdmin = [...all.state.members.values()].some(({ role }) => role === 'admin');
      await person.messenger.setRole(groupId, all.idOf('bob'), isAdmin ? 'member' : 'admin');
      return;
    }
    case 'add': {
      const added = USERS[step.target]!;
      if (!all.wasMember(added)) await person.messenger.addMember(groupId, added);
      return;
    }
    case 'remove': {
      const removed = USERS[step.target]!;
      if (all.state.members.size > 3 && all.isMember(removed))
        await person.messenger.removeMember(groupId, all.idOf(removed));
      return;
    }
    case 'old-vault':
      served.oldVault = all.firstVaultOf(user);
      mallory.sockets.cut();
      return;
    case 'false-keys':
      served.falseKeys = true;
      return;
    case 'old-log':
      lies.logUpTo = Math.max(1, all.entries.length - 1);
      moved();
      return;
    case 'ghost':
      lies.ghost = await all.ghostEntry();
      moved();
      return;
    case 'stale-epoch':
      lies.staleEpoch = true;
      moved();
      return;
    case 'planted-epoch':
      lies.planted = await all.plantedEpoch();
      moved();
      return;
    case 'fork':
      delivery.fork(all.entries, all.lastEpoch);
      return;
    case 'truth':
      lies.end();
      served.falseKeys = false;
      served.oldVault = null;
      return;
    case 'drop':
      lies.dropped.add(at);
      return;
    case 'swap':
      lies.swapped.add(at);
      return;
    case 'repeat':
      lies.repeated.add(at);
      return;
    case 'forge':
      lies.forged.add(at);
      return;
    case 'hold':
      lies.heldAfter ??= at;
      return;
  }
}
