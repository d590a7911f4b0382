import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import type { Stack } from '@secureconnect/launch/stack/running-stack';
import { messagesOf, type Seat } from '../load/plan.js';
import { runTrial, type CountedProcess } from '../trial/run-trial.js';
import { DRAIN_MS, type Target } from '../trial/target.js';
import { Chains } from './chains.js';
import { openConversations } from './open-conversations.js';
import { freshNames, Person, stretchPassword } from './people.js';

const PATH = '/socket/messaging';
const REPLICAS = 2;
/** Registrations at once: each keeps a core busy for its keys here and for bcrypt there. */
const REGISTRATIONS = 4;

export interface OursOptions {
  readonly stack: Stack;
  readonly redisPid: number;
  readonly pairs: number;
  /** Existing folder for the sealed messages. */
  readonly folder: string;
  readonly onProgress: (text: string) => void;
}

/** The product: registered people with real keys, the halves of each pair at different gateways, past nginx. */
export async function startOurs({ stack, redisPid, pairs, folder, onProgress }: OursOptions): Promise<Target> {
  const p = await loadPrimitives();
  onProgress(`registering ${2 * pairs} people`);
  const door = { url: stack.replica('auth').url, origin: stack.origin };
  const password = await stretchPassword(p);
  const people = await pooled(freshNames(2 * pairs), REGISTRATIONS, (name) => Person.register(p, door, name, password));
  const gateways = Array.from({ length: REPLICAS }, (_, index) => stack.replica('messaging-gateway', index + 1).url);
  const seatOf = async (person: Person, seat: number): Promise<Seat> => ({
    url: gateways[seat % REPLICAS]!,
    headers: await person.handshakeHeaders(),
  });
  onProgress(`opening ${pairs} conversations`);
  const opener = async (_: unknown, pair: number) => ({
    seat: await seatOf(people[2 * pair]!, 2 * pair),
    peerUserId: people[2 * pair + 1]!.userId,
  });
  await openConversations(PATH, await Promise.all(Array.from({ length: pairs }, opener)));
  const chains = new Chains(p, people);
  const processes: CountedProcess[] = [
    ...stack.replicas.map(({ name, pid, internalUrl }) => ({ name, pid: pid!, internalUrl })),
    { name: 'redis', pid: redisPid },
  ];
  return {
    name: 'ours',
    // Whoever launched the stack also ends it.
    stop: () => Promise.resolve(),
    async trial(rate, length) {
      const framesFile = join(folder, 'ours.frames');
      try {
        const count = messagesOf({ rate, ...length });
        const frameBytes = await chains.seal(framesFile, count);
        const seats = await Promise.all(people.map(seatOf));
        const plan = {
          path: PATH,
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

async function pooled<In, Out>(
  inputs: readonly In[],
  width: number,
  make: (input: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  const queue = inputs.entries();
  const worker = async (): Promise<void> => {
    for (const [index, input] of queue) results[index] = await make(input);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
