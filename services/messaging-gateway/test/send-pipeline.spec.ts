import type { AllowanceId } from '@secureconnect/contracts/ids';
import type { HoldOutcome } from '@secureconnect/contracts/internal';
import type { AdmittedMessage, StoredPosition } from '../src/mailbox/chain-rules.js';
import { placeMessage } from '../src/mailbox/chain-rules.js';
import type { Hold, Settlement } from '../src/mailbox/holds.js';
import { SendPipeline, type SendResult } from '../src/mailbox/send-pipeline.js';
import type { PaidMessage, Placement } from '../src/store/mailbox-store.js';

function message(number: number, senderSeq = number): AdmittedMessage {
  return {
    messageId: number.toString(16).padStart(32, '0'),
    conversationId: 'c'.repeat(32),
    senderUser: 'a'.repeat(32),
    senderDevice: 'd'.repeat(32),
    senderSeq,
    previousHash: new Uint8Array(32),
    hash: new Uint8Array(32).fill(number),
    envelope: new Uint8Array(1),
  } as unknown as AdmittedMessage;
}

/** Store and ledger in memory, with a door for trouble. */
class World {
  readonly stored = new Map<string, StoredPosition>();
  readonly holds: Hold[][] = [];
  readonly released: Settlement[] = [];
  readonly failures: string[] = [];
  chain = 0;
  credits = 500;
  /** Credits set aside for another replica. */
  elsewhere = 0;
  lifetimeMs = 30_000;
  nowMs = 0;
  ledgerAway = false;
  storeFails = false;
  conflict: string | null = null;
  holding: Promise<void> = Promise.resolve();
  placedBatches: number[] = [];
  /** What was stored is charged as. */
  readonly paid: [string, number][] = [];
  placing: Promise<void> = Promise.resolve();
  /** Units left of the one allowance there is. */
  units = 0;
  readonly returned: string[] = [];
  readonly uncaptured: string[] = [];

  readonly pipeline = new SendPipeline({
    mailbox: {
      known: (messageId) => this.stored.get(messageId) ?? null,
      place: async (messages) => {
        await this.placing;
        if (this.storeFails) throw new Error('disk full');
        return this.#place(messages);
      },
    },
    allowances: {
      take: () => {
        if (this.units === 0) return null;
        this.units -= 1;
        return { allowanceId: 'e'.repeat(32) as AllowanceId, coveredUntilMs: 1_000, amount: 1 };
      },
      stored: (unit, messageId) => this.uncaptured.push(messageId),
      returned: ({ allowanceId }) => {
        this.units += 1;
        this.returned.push(allowanceId);
      },
      noteAvailable: () => undefined,
      availableOf: () => (this.uncaptured.length === 0 ? null : this.credits - this.uncaptured.length),
    },
    ledger: {
      hold: async (holds) => {
        await this.holding;
        if (this.ledgerAway) throw new Error('away');
        this.holds.push([...holds]);
        return holds.map((hold): HoldOutcome => this.#hold(hold));
      },
      settle: (settlements) => {
        this.released.push(...settlements);
        return Promise.resolve();
      },
    },
    costOf: ({ group }) =>
      group === undefined ? { kind: 'message', amount: 1 } : { kind: 'group-message', amount: 3 },
    queueMax: 10,
    batchMax: 4,
    queueMaxBytes: 1_000_000,
    monotonicMs: () => this.nowMs,
    onFailure: (event) => this.failures.push(event),
  });

  #hold(hold: Hold): HoldOutcome {
    if (hold.key === this.conflict) return { outcome: 'conflict', key: hold.key };
    if (this.credits < hold.amount) {
      return { outcome: 'insufficient', key: hold.key, available: this.credits + this.elsewhere };
    }
    this.credits -= hold.amount;
    return { outcome: 'held', key: hold.key, available: this.credits, expiresInMs: this.lifetimeMs };
  }

  #place(messages: readonly PaidMessage[]): Placement[] {
    this.placedBatches.push(messages.length);
    return messages.map(({ message: placed, kind, amount }) => {
      const head = this.chain === 0 ? null : { senderSeq: this.chain, hash: placed.previousHash };
      const move = placeMessage(placed, this.stored.get(placed.messageId) ?? null, head);
      if (move.outcome !== 'stored') return move;
      this.chain = placed.senderSeq;
      this.paid.push([kind, amount]);
      this.stored.set(placed.messageId, { hash: placed.hash, seq: this.stored.size + 1, acceptedAtMs: 7 });
      return { outcome: 'stored', seq: this.stored.size, acceptedAtMs: 7 };
    });
  }
}

const code = (result: SendResult) => (result.outcome === 'refused' ? result.code : result.outcome);

describe('the send pipeline', () => {
  it('stores what arrives together with one request for holds, in order', async () => {
    const world = new World();
    const results = await Promise.all([1, 2, 3].map((number) => world.pipeline.send(message(number))));
    expect(results).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3, available: 497 }]);
    expect(world.holds).toHaveLength(1);
  });

  it('holds, stores and gives back a message to a group for its own price, and says what it is', async () => {
    const world = new World();
    const group = { head: new Uint8Array(32), epoch: 1 };
    const results = await Promise.all([
      world.pipeline.send(message(1)),
      world.pipeline.send({ ...message(2), group }),
      world.pipeline.send({ ...message(4), group }),
    ]);
    expect(results.map((result) => code(result))).toEqual(['stored', 'stored', 'sequence-gap']);
    expect(world.holds[0]?.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['message', 1],
      ['group-message', 3],
      ['group-message', 3],
    ]);
    expect(world.paid).toEqual([
      ['message', 1],
      ['group-message', 3],
    ]);
    expect(world.released).toMatchObject([{ kind: 'group-message', amount: 3, key: message(4).messageId }]);
  });

  it('gathers what arrives while a batch is being held, up to the bound of a batch', async () => {
    const world = new World();
    let open = (): void => undefined;
    world.holding = new Promise((resolve) => (open = resolve));
    const first = world.pipeline.send(message(1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const rest = [2, 3, 4, 5, 6].map((number) => world.pipeline.send(message(number)));
    open();
    expect((await Promise.all([first, ...rest])).map((result) => code(result))).toEqual(Array(6).fill('stored'));
    expect(world.placedBatches).toEqual([1, 4, 1]);
  });

  it('answers a repetition as before, without another hold', async () => {
    const world = new World();
    await world.pipeline.send(message(1));
    expect(await world.pipeline.send(message(1))).toEqual({ outcome: 'repeated', seq: 1, acceptedAtMs: 7 });
    expect(world.holds).toHaveLength(1);
  });

  it('refuses other bytes under a known id, and an id that is held by somebody else', async () => {
    const world = new World();
    await world.pipeline.send(message(1));
    expect(code(await world.pipeline.send({ ...message(1), hash: new Uint8Array(32).fill(99) }))).toBe(
      'message-id-taken',
    );
    world.conflict = message(2).messageId;
    expect(code(await world.pipeline.send(message(2)))).toBe('message-id-taken');
  });

  it('refuses without credits before anything is stored, and what follows in the chain, giving its hold back', async () => {
    const world = new World();
    world.credits = 1;
    const results = await Promise.all([1, 2].map((number) => world.pipeline.send(message(number))));
    expect(results.map((result) => code(result))).toEqual(['stored', 'insufficient-credits']);
    world.credits = 5;
    expect(code(await world.pipeline.send(message(3)))).toBe('sequence-gap');
    expect(world.released).toMatchObject([{ key: message(3).messageId, move: 'release' }]);
    expect(world.stored.size).toBe(1);
  });

  it('refuses while the ledger is away, and stores nothing', async () => {
    const world = new World();
    world.ledgerAway = true;
    expect(await world.pipeline.send(message(1))).toEqual({
      outcome: 'refused',
      code: 'credits-unavailable',
      retryAfterSeconds: 1,
    });
    expect(world.stored.size).toBe(0);
    world.ledgerAway = false;
    expect(code(await world.pipeline.send(message(1)))).toBe('stored');
  });

  it('does not store on a hold that is past half of its lifetime', async () => {
    const world = new World();
    let open = (): void => undefined;
    world.holding = new Promise((resolve) => (open = resolve));
    const sent = world.pipeline.send(message(1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    world.nowMs = world.lifetimeMs / 2 + 1;
    open();
    expect(code(await sent)).toBe('unavailable');
    expect(world.stored.size).toBe(0);
    expect(world.failures).toEqual(['store-failed']);
  });

  it('refuses when the store fails, keeps the holds for the sweeper, and goes on afterwards', async () => {
    const world = new World();
    world.storeFails = true;
    expect(code(await world.pipeline.send(message(1)))).toBe('unavailable');
    expect(world.released).toEqual([]);
    world.storeFails = false;
    expect(code(await world.pipeline.send(message(1)))).toBe('stored');
  });

  it('goes on after a read of the store failed', async () => {
    const world = new World();
    const { get } = world.stored;
    world.stored.get = () => {
      throw new Error('disk gone');
    };
    expect(code(await world.pipeline.send(message(1)))).toBe('unavailable');
    world.stored.get = get;
    expect(code(await world.pipeline.send(message(1)))).toBe('stored');
  });

  it('does not let what waited behind a silent ledger wait as long again', async () => {
    const world = new World();
    let open = (): void => undefined;
    world.holding = new Promise((resolve) => (open = resolve));
    world.ledgerAway = true;
    const first = world.pipeline.send(message(1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const rest = [2, 3, 4, 5, 6].map((number) => world.pipeline.send(message(number)));
    open();
    world.holding = new Promise(() => undefined);
    const results = await Promise.all([first, ...rest]);
    expect(results.map((result) => code(result))).toEqual(Array(6).fill('credits-unavailable'));
  });

  it('refuses bytes that its queue does not hold', async () => {
    const world = new World();
    const large = { ...message(1), envelope: new Uint8Array(600_000) };
    const results = await Promise.all(
      [large, { ...message(2), envelope: large.envelope }].map((sent) => world.pipeline.send(sent)),
    );
    expect(results.map((result) => code(result))).toEqual(['stored', 'unavailable']);
    expect(code(await world.pipeline.send({ ...message(2), envelope: large.envelope }))).toBe('stored');
  });

  it('refuses what its queue does not hold', async () => {
    const world = new World();
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, index) => world.pipeline.send(message(index + 1))),
    );
    expect(results.filter((result) => code(result) === 'unavailable')).toHaveLength(2);
    await world.pipeline.drained();
    expect(world.pipeline.depth).toBe(0);
  });

  it('stores on an allowance without asking for a hold, and says what the sender has', async () => {
    const world = new World();
    world.units = 5;
    const results = await Promise.all([1, 2, 3].map((number) => world.pipeline.send(message(number))));
    expect(results).toMatchObject([{ seq: 1 }, { seq: 2 }, { outcome: 'stored', seq: 3, available: 497 }]);
    expect(world.holds).toEqual([]);
    expect(world.uncaptured).toEqual([1, 2, 3].map((number) => message(number).messageId));
    expect(world.placedBatches).toEqual([3]);
  });

  it('keeps the order when an allowance ends in between: what has no unit waits for what had one', async () => {
    const world = new World();
    world.units = 2;
    let open = (): void => undefined;
    world.placing = new Promise((resolve) => (open = resolve));
    const sent = [1, 2, 3, 4].map((number) => world.pipeline.send(message(number)));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(world.holds).toHaveLength(1);
    world.placing = Promise.resolve();
    open();
    expect((await Promise.all(sent)).map((result) => code(result))).toEqual(Array(4).fill('stored'));
    expect(world.released).toEqual([]);
  });

  it('keeps the order when an allowance comes while a hold is asked for', async () => {
    const world = new World();
    let open = (): void => undefined;
    world.holding = new Promise((resolve) => (open = resolve));
    const first = world.pipeline.send(message(1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    world.units = 3;
    const second = world.pipeline.send(message(2));
    open();
    expect((await Promise.all([first, second])).map((result) => code(result))).toEqual(['stored', 'stored']);
    expect(world.holds).toHaveLength(2);
    expect(code(await world.pipeline.send(message(3)))).toBe('stored');
    expect(world.holds).toHaveLength(2);
    expect(world.units).toBe(2);
  });

  it('gives the unit back for what is not stored, and keeps it where nobody knows', async () => {
    const world = new World();
    world.units = 3;
    expect(code(await world.pipeline.send(message(1)))).toBe('stored');
    expect(code(await world.pipeline.send(message(1)))).toBe('repeated');
    expect(code(await world.pipeline.send(message(3)))).toBe('sequence-gap');
    expect(world.units).toBe(2);
    world.storeFails = true;
    expect(code(await world.pipeline.send(message(2)))).toBe('unavailable');
    expect(world.units).toBe(1);
    expect(world.uncaptured).toEqual([message(1).messageId]);
  });

  it('says "later", not "no", where the credits are set aside for another replica', async () => {
    const world = new World();
    world.elsewhere = 5;
    world.credits = 0;
    expect(code(await world.pipeline.send(message(1)))).toBe('credits-unavailable');
    world.elsewhere = 0;
    expect(code(await world.pipeline.send(message(1)))).toBe('insufficient-credits');
  });

  it('stores for those with an allowance while the ledger says nothing', async () => {
    const world = new World();
    world.holding = new Promise(() => undefined);
    void world.pipeline.send({ ...message(9), senderUser: 'b'.repeat(32) } as AdmittedMessage);
    await new Promise((resolve) => setTimeout(resolve, 5));
    world.units = 1;
    expect(code(await world.pipeline.send(message(1)))).toBe('stored');
  });

  it('says "no" where what seems to be there is spent already, and the ledger was not told yet', async () => {
    const world = new World();
    world.units = 1;
    world.credits = 1;
    expect(code(await world.pipeline.send(message(1)))).toBe('stored');
    world.credits = 0;
    world.elsewhere = 1;
    expect(code(await world.pipeline.send(message(2)))).toBe('insufficient-credits');
  });
});
