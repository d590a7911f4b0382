import type { UserId } from '@secureconnect/contracts/ids';
import type { AllowanceOutcome } from '@secureconnect/contracts/internal';
import { Allowances, type Unit } from '../src/mailbox/allowances.js';
import type { Capture } from '../src/mailbox/holds.js';

const ALICE = 'a'.repeat(32) as UserId;
const BOB = 'b'.repeat(32) as UserId;

/** A ledger that grants, and time that is moved by hand. */
class World {
  nowMs = 100_000;
  asked: { userId: UserId; amount: number }[] = [];
  closed: string[] = [];
  failures = 0;
  mode: 'grants' | 'refuses' | 'away' = 'grants';
  granted = 20;

  readonly allowances = new Allowances({
    monotonicMs: () => this.nowMs,
    onFailure: () => (this.failures += 1),
    ledger: {
      grant: (requests) => {
        this.asked.push(...requests);
        if (this.mode === 'away') return Promise.reject(new Error('away'));
        return Promise.resolve(
          requests.map(({ allowanceId }): AllowanceOutcome => {
            const available = 500;
            if (this.mode === 'refuses') return { outcome: 'refused', allowanceId, available };
            return { outcome: 'granted', allowanceId, amount: this.granted, available, expiresInMs: 30_000 };
          }),
        );
      },
      close: (closing) => {
        if (this.mode === 'away') return Promise.reject(new Error('away'));
        this.closed.push(...closing.map(({ allowanceId }) => allowanceId));
        return Promise.resolve();
      },
    },
  });

  /** Sends as a busy sender does, and waits for what is asked for. */
  async busy(userId = ALICE): Promise<void> {
    for (let count = 0; count < 3; count++) expect(this.allowances.take(userId, 1)).toBeNull();
    await settled();
  }

  unit(userId = ALICE): Unit {
    const unit = this.allowances.take(userId, 1);
    if (unit === null) throw new Error('no unit');
    return unit;
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 40));
const capture = (unit: Unit, key: string, userId = ALICE): Capture =>
  ({ kind: 'message', key, userId, amount: 1, allowanceId: unit.allowanceId }) as Capture;

describe('the allowances of a process', () => {
  it('are asked for those who send often, and for nobody else', async () => {
    const world = new World();
    expect(world.allowances.take(BOB, 1)).toBeNull();
    await world.busy();
    expect(world.asked.map(({ userId }) => userId)).toEqual([ALICE]);
    expect(world.allowances.take(BOB, 1)).toBeNull();
    expect(world.unit().coveredUntilMs).toBe(115_000);
  });

  it('give as many units as were granted, and no more', async () => {
    const world = new World();
    await world.busy();
    world.mode = 'refuses';
    for (let count = 0; count < 20; count++) world.unit();
    expect(world.allowances.take(ALICE, 1)).toBeNull();
  });

  it('are renewed before they are used up, one request at a time', async () => {
    const world = new World();
    await world.busy();
    for (let count = 0; count < 15; count++) world.unit();
    await settled();
    expect(world.asked).toHaveLength(2);
    for (let count = 0; count < 25; count++) world.unit();
  });

  it('are not asked for again at once by who was refused, or while the ledger is away', async () => {
    const world = new World();
    world.mode = 'refuses';
    await world.busy();
    await world.busy();
    expect(world.asked).toHaveLength(1);
    world.nowMs += 5_001;
    world.mode = 'away';
    await world.busy();
    expect(world.asked).toHaveLength(2);
    expect(world.failures).toBe(1);
    world.mode = 'grants';
    await world.busy();
    expect(world.asked).toHaveLength(2);
  });

  it('are not used in the last seconds of what their ledger lets them, and are closed then', async () => {
    const world = new World();
    await world.busy();
    const { allowanceId } = world.unit();
    world.nowMs += 13_001;
    world.mode = 'refuses';
    expect(world.allowances.take(ALICE, 1)).toBeNull();
    world.allowances.returned({ allowanceId, coveredUntilMs: 0, amount: 1 });
    await world.allowances.tidy();
    expect(world.closed).toEqual([allowanceId]);
  });

  it('are closed when their sender has stopped, but not before all that was stored on them is captured', async () => {
    const world = new World();
    await world.busy();
    const [stored, open] = [world.unit(), world.unit()];
    world.allowances.stored(stored, 'm1');
    world.nowMs += 2_001;
    await world.allowances.tidy();
    expect(world.closed).toEqual([]);
    world.allowances.stored(open, 'm2');
    const charges = [capture(stored, 'm1')];
    // Told twice: once is enough for neither of them.
    for (let times = 0; times < 2; times++) {
      world.allowances.capturing(charges);
      world.allowances.captured(charges, [{ userId: ALICE, available: 499 }]);
    }
    await world.allowances.tidy();
    expect(world.closed).toEqual([]);
    world.allowances.capturing([capture(open, 'm2')]);
    world.allowances.captured([capture(open, 'm2')], [{ userId: ALICE, available: 498 }]);
    await world.allowances.tidy();
    expect(world.closed).toEqual([stored.allowanceId]);
    expect(world.allowances.take(ALICE, 1)).toBeNull();
  });

  it('with a unit of which nobody knows what became are left to the sweeper', async () => {
    const world = new World();
    await world.busy();
    world.unit();
    world.nowMs += 5_000;
    await world.allowances.tidy();
    world.nowMs += 11_000;
    await world.allowances.tidy();
    await world.allowances.stop();
    expect(world.closed).toEqual([]);
  });

  it('stay open while the ledger does not take captures, however long', async () => {
    const world = new World();
    await world.busy();
    const unit = world.unit();
    world.allowances.stored(unit, 'm1');
    world.allowances.capturing([capture(unit, 'm1')]);
    world.allowances.captured([capture(unit, 'm1')], null);
    world.nowMs += 60_000;
    await world.allowances.tidy();
    expect(world.closed).toEqual([]);
    expect(world.allowances.availableOf(ALICE)).toBe(499);
  });

  it('know what the sender has: the ledger’s figure, less what it was not told yet', async () => {
    const world = new World();
    expect(world.allowances.availableOf(ALICE)).toBeNull();
    await world.busy();
    expect(world.allowances.availableOf(ALICE)).toBe(500);
    const units = [world.unit(), world.unit()];
    units.forEach((unit, index) => {
      world.allowances.stored(unit, `m${String(index)}`);
    });
    expect(world.allowances.availableOf(ALICE)).toBe(498);
    const charges = [capture(units[0]!, 'm0')];
    world.allowances.capturing(charges);
    // Whether this has the capture in it, nobody knows.
    world.allowances.noteAvailable(ALICE, 400);
    expect(world.allowances.availableOf(ALICE)).toBe(498);
    world.allowances.captured(charges, [{ userId: ALICE, available: 450 }]);
    expect(world.allowances.availableOf(ALICE)).toBe(449);
  });

  it('are given back at the end', async () => {
    const world = new World();
    await world.busy();
    const { allowanceId } = world.unit();
    world.allowances.returned({ allowanceId: allowanceId, coveredUntilMs: 0, amount: 1 });
    await world.allowances.stop();
    expect(world.closed).toEqual([allowanceId]);
    for (let count = 0; count < 5; count++) world.allowances.take(ALICE, 1);
    await settled();
    expect(world.asked).toHaveLength(1);
  });

  it('pay for what costs more by more, and leave what they cannot pay to a hold', async () => {
    const world = new World();
    await world.busy();
    const dear = world.allowances.take(ALICE, 15)!;
    expect(dear).toMatchObject({ amount: 15 });
    expect(world.allowances.take(ALICE, 15)).toBeNull();
    expect(world.allowances.take(ALICE, 5)).toMatchObject({ amount: 5 });
    world.allowances.returned(dear);
    expect(world.allowances.take(ALICE, 15)).toMatchObject({ allowanceId: dear.allowanceId });
    await settled();
  });

  it('are not asked for where a message costs nothing', async () => {
    const world = new World();
    for (let count = 0; count < 10; count++) expect(world.allowances.take(ALICE, 0)).toBeNull();
    await settled();
    expect(world.asked).toEqual([]);
  });
});
