import fc from 'fast-check';
import type { TwoByTwo } from './two-by-two.js';

/** What happens next, and to which of the four devices. `place`: how far back from the newest message, where that matters. */
export type Step =
  | {
      readonly do: 'write' | 'hint' | 'cut' | 'look-again' | 'restart' | 'old-vault' | 'false-keys' | 'true-keys';
      readonly device: number;
    }
  | { readonly do: 'drop' | 'swap' | 'repeat' | 'forge' | 'hold'; readonly device: number; readonly ahead: number }
  | { readonly do: 'release'; readonly device: number };

const device = fc.nat({ max: 3 });
/** Lies are about messages to come as well as about those that were told. */
const ahead = fc.integer({ min: -3, max: 6 });
const simple = (
  name: 'write' | 'hint' | 'cut' | 'look-again' | 'restart' | 'old-vault' | 'false-keys' | 'true-keys' | 'release',
) => fc.record({ do: fc.constant(name), device });
const lie = (name: 'drop' | 'swap' | 'repeat' | 'forge' | 'hold') =>
  fc.record({ do: fc.constant(name), device, ahead });

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 50, arbitrary: simple('write') },
  { weight: 6, arbitrary: simple('hint') },
  { weight: 4, arbitrary: simple('cut') },
  { weight: 4, arbitrary: simple('look-again') },
  { weight: 2, arbitrary: simple('restart') },
  { weight: 1, arbitrary: simple('old-vault') },
  { weight: 1, arbitrary: simple('false-keys') },
  { weight: 2, arbitrary: simple('true-keys') },
  { weight: 6, arbitrary: lie('drop') },
  { weight: 6, arbitrary: lie('swap') },
  { weight: 6, arbitrary: lie('repeat') },
  { weight: 4, arbitrary: lie('forge') },
  { weight: 4, arbitrary: lie('hold') },
  { weight: 4, arbitrary: simple('release') },
);

/** Steps in which the server does not do what it should. */
export function isLie({ do: name }: Step): boolean {
  return ['drop', 'swap', 'repeat', 'forge', 'hold', 'old-vault', 'false-keys'].includes(name);
}

/** Does one step. Nothing is waited for but what a person would wait for. */
export async function take(all: TwoByTwo, step: Step, number: number): Promise<void> {
  const target = all.devices[step.device]!;
  const { lies, mallory, person, served } = target;
  const lieAt = (ahead: number): number => {
    target.deceived = true;
    return Math.max(1, all.said.length + ahead);
  };
  switch (step.do) {
    case 'write': {
      const text = `${target.user} ${number}`;
      const { messageId } = await person.say(target.peer, text);
      all.said.push({ user: target.user, text, messageId });
      return;
    }
    case 'hint':
      mallory.sockets.emit('sync:hint', {});
      return;
    case 'cut':
      mallory.sockets.cut();
      return;
    case 'look-again':
      await person.messenger.lookAgain((await person.conversationWith(target.peer)).conversationId);
      return;
    case 'restart':
      await all.restart(target);
      return;
    case 'old-vault':
      target.deceived = true;
      served.oldVault = all.firstVaultOf(target.user);
      mallory.sockets.cut();
      return;
    case 'false-keys':
      target.deceived = true;
      served.falseKeys = true;
      return;
    case 'true-keys':
      served.falseKeys = false;
      served.oldVault = null;
      return;
    case 'drop':
      lies.dropped.add(lieAt(step.ahead));
      return;
    case 'swap':
      lies.swapped.add(lieAt(step.ahead));
      return;
    case 'repeat':
      lies.repeated.add(lieAt(step.ahead));
      return;
    case 'forge':
      lies.slipped.set(lieAt(step.ahead), all.forgedFor(target));
      return;
    case 'hold':
      lies.heldAfter ??= lieAt(step.ahead);
      return;
    case 'release':
      lies.heldAfter = null;
      return;
  }
}
