import type { StoredMessage } from '@secureconnect/contracts/messaging';
import { everyoneCanTalk } from '../invariants/everyone-can-talk.js';
import { ledgerBalances } from '../invariants/ledger-balances.js';
import { registerBare, type BareAccount } from '../people/bare-account.js';
import { bareSocket } from '../people/bare-socket.js';
import type { Person } from '../people/person.js';
import { tableDigests } from '../store/digest.js';
import { eventually, pause } from '../waiting/eventually.js';
import { World } from '../world/world.js';
import type { Verdict } from './answers.js';

/** Nothing is under way once everything has stood still for this long: a messenger writes its read positions 4 s after they changed. */
const STILL_MS = 6_000;
const LOOK_EVERY_MS = 500;

/** A world in which alice and bob have talked, eve has an account whose keys lie open, and nothing moves any more. */
export class QuietWorld {
  readonly world: World;
  readonly alice: Person;
  readonly bob: Person;
  readonly eve: BareAccount;
  /** A message of alice and bob: not eve's business. */
  readonly stored: StoredMessage;

  private constructor(world: World, alice: Person, bob: Person, eve: BareAccount, stored: StoredMessage) {
    this.world = world;
    this.alice = alice;
    this.bob = bob;
    this.eve = eve;
    this.stored = stored;
  }

  static async begin(): Promise<QuietWorld> {
    const world = await World.begin({ signalings: 2 });
    const { alice, bob } = await world.aliceAndBob();
    await everyoneCanTalk(alice, bob);
    const eve = await registerBare(world.place(), world.name('eve'));
    const quiet = new QuietWorld(world, alice, bob, eve, await firstMessage(world, alice, bob));
    await ledgerBalances(world.stack);
    await quiet.settle();
    return quiet;
  }

  /** Waits until nothing moves any more. */
  async settle(): Promise<void> {
    let before = '';
    let sinceMs = performance.now();
    await eventually(
      async () => {
        await pause(LOOK_EVERY_MS);
        const now = JSON.stringify(this.#everythingStored());
        if (now !== before) sinceMs = performance.now();
        before = now;
        return performance.now() - sinceMs;
      },
      (stillMs) => stillMs > STILL_MS,
      60_000,
    );
  }

  /**
   * Does what it is told, and lists what is wrong afterwards: answers that are no typed refusals, tables that have changed, processes that
   * are not the same any more.
   */
  async refuses(probe: () => Promise<Verdict[]>): Promise<{ readonly verdicts: Verdict[]; readonly wrong: unknown[] }> {
    const pids = this.#pids();
    const before = this.#everythingStored();
    const verdicts = await probe();
    const after = this.#everythingStored();
    const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
    const died = pids.filter((pid, index) => pid !== this.#pids()[index]);
    return { verdicts, wrong: [...verdicts.filter(({ fault }) => fault !== null), ...changed, ...died] };
  }

  #pids(): (number | undefined)[] {
    return this.world.stack.replicas.map(({ pid }) => pid);
  }

  /** A hash for every table of every store, but for the one in which signaling counts what it refuses, hour by hour. */
  #everythingStored(): Record<string, string> {
    const counting = this.world.stack.replica('signaling').storeFile;
    const files = new Set(this.world.stack.replicas.map(({ storeFile }) => storeFile));
    files.delete(counting);
    return Object.fromEntries(
      [...files].flatMap((file) =>
        Object.entries(tableDigests(file)).map(([table, digest]) => [`${file} ${table}`, digest]),
      ),
    );
  }
}

async function firstMessage(world: World, alice: Person, bob: Person): Promise<StoredMessage> {
  const socket = await bareSocket(world.endpoints().messagingSocket, 'messaging', alice.jar);
  const { conversationId } = await alice.conversationWith(bob.username);
  const request = { conversationId, from: { afterSeq: 0 }, limit: 1 };
  const page = (await socket.emitWithAck('conversation:sync', request)) as { messages: StoredMessage[] };
  socket.disconnect();
  return page.messages[0]!;
}
