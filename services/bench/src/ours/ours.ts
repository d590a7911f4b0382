import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { Stack } from '@secureconnect/launch/stack/running-stack';
import { messagesOf, type Seat } from '../load/plan.js';
import { runTrial, type CountedProcess } from '../trial/run-trial.js';
import { DRAIN_MS, type Target } from '../trial/target.js';
import { Chains } from './chains.js';
import { openConversations } from './open-conversations.js';
import type { Person } from './people.js';
import { People } from './pool.js';

export const MESSAGING_PATH = '/socket/messaging';
const REPLICAS = 2;

/** What the parts of a run share: the running product and its people. */
export interface Surroundings {
  readonly p: Primitives;
  readonly stack: Stack;
  readonly people: People;
  /** The place of a person at a gateway; even numbers sit at the first one. */
  readonly seatOf: (person: Person, seat: number) => Promise<Seat>;
  readonly print: (text: string) => void;
}

/** Ready to register people with real keys, past nginx. */
export async function surroundings(stack: Stack, print: (text: string) => void): Promise<Surroundings> {
  const p = await loadPrimitives();
  const door = { url: stack.replica('auth').url, origin: stack.origin };
  const gateways = Array.from({ length: REPLICAS }, (_, index) => stack.replica('messaging-gateway', index + 1).url);
  const seatOf = async (person: Person, seat: number): Promise<Seat> => ({
    url: gateways[seat % REPLICAS]!,
    headers: await person.handshakeHeaders(),
  });
  return { p, stack, people: new People(p, door, print), seatOf, print };
}

export interface OursOptions {
  readonly surroundings: Surroundings;
  readonly redisPid: number;
  readonly pairs: number;
  /** Existing folder for the sealed messages. */
  readonly folder: string;
}

/** The product: the halves of each pair at different gateways. */
export async function startOurs({ surroundings, redisPid, pairs, folder }: OursOptions): Promise<Target> {
  const { p, stack, seatOf } = surroundings;
  const people = await surroundings.people.first(2 * pairs);
  surroundings.print(`opening ${pairs} conversations`);
  const opener = async (_: unknown, pair: number) => ({
    seat: await seatOf(people[2 * pair]!, 2 * pair),
    peerUserId: people[2 * pair + 1]!.userId,
  });
  await openConversations(MESSAGING_PATH, await Promise.all(Array.from({ length: pairs }, opener)));
  const chains = new Chains(p, people);
  const processes: CountedProcess[] = [
    ...stack.replicas.map(({ name, pid, internalUrl }) => ({ name, pid: pid!, internalUrl })),
    { name: 'redis', pid: redisPid },
  ];
  return {
    name: 'ours',
    async trial(rate, length) {
      const framesFile = join(folder, 'ours.frames');
      try {
        const count = messagesOf({ rate, ...length });
        const frameBytes = await chains.seal(framesFile, count);
        const seats = await Promise.all(people.map(seatOf));
        const plan = {
          path: MESSAGING_PATH,
          seats,
          framesFile,
          frameBytes,
          rate,
          ...length,
          drainMs: DRAIN_MS,
          storesSequence: true,
        };
        const result = await runTrial(plan, processes, length.patienceMs);
        chains.advance(result.outcome.accepted);
        return result;
      } finally {
        rmSync(framesFile, { force: true });
      }
    },
  };
}
