import { UnsettledAllowancesAnswer } from '@secureconnect/contracts/internal';
import { OutboxRunner } from '@secureconnect/platform/outbox/outbox-runner';
import type { RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { chainOfLetters, person } from '../letters.js';
import { GatewayWorld, until, type Device } from './gateway-world.js';

describe('who sends much', () => {
  let world: GatewayWorld;
  let first: RunningService;
  let second: RunningService;

  beforeEach(async () => {
    world = await GatewayWorld.open();
    world.peers.grants = true;
    world.peers.available = 10_000;
    [first, second] = await Promise.all([world.start('gateway-1'), world.start('gateway-2')]);
  });
  afterEach(() => world.close());

  async function pair() {
    const [alice, bob] = [person(), person()];
    const atAlice = await world.connect(first, alice);
    const atBob = await world.connect(second, bob);
    await atAlice.ask('conversation:open', { peerUserId: bob.userId });
    return { letters: chainOfLetters(alice, bob), atAlice, atBob };
  }
  async function send(from: Device, letters: Iterator<Uint8Array, unknown>, count: number) {
    const answers = [];
    for (let sent = 0; sent < count; sent++)
      answers.push(await from.ask('message:send', { envelope: letters.next().value }));
    return answers;
  }
  async function unsettled(service: RunningService, allowanceIds: readonly string[]): Promise<string[]> {
    const response = await fetch(`${service.internalUrl}/internal/allowances/unsettled`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: world.secrets.authorization('credits') },
      body: JSON.stringify({ allowanceIds }),
    });
    return UnsettledAllowancesAnswer.parse(await response.json()).unsettled;
  }
  /** A few messages, after which there is an allowance. */
  async function becomeBusy(from: Device, letters: Iterator<Uint8Array, unknown>): Promise<string> {
    await send(from, letters, 5);
    await until(() => world.peers.allowances.size > 0, 2_000, 'an allowance is granted');
    await new Promise((resolve) => setTimeout(resolve, 30));
    return [...world.peers.allowances.keys()][0]!;
  }

  it('is not asked about each message any more, and each is captured once, in order and for its price', async () => {
    const { letters, atAlice, atBob } = await pair();
    await becomeBusy(atAlice, letters);
    const asked = world.peers.holdRequests;
    const answers = await send(atAlice, letters, 95);
    expect(world.peers.holdRequests - asked).toBeLessThan(5);
    expect(answers.at(-1)).toMatchObject({ ok: true, seq: 100, available: 9_900 });
    await atBob.waitFor('message:arrived', 100);
    expect(atBob.of('message:arrived').map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    await until(() => world.peers.captured.size === 100, 5_000, 'all are captured');
    expect(new Set(world.peers.captured.values())).toEqual(new Set([1]));
    expect(world.peers.available).toBe(9_900);
  });

  it('gets back what is left when the sending stops', async () => {
    const { letters, atAlice } = await pair();
    const allowanceId = await becomeBusy(atAlice, letters);
    await send(atAlice, letters, 2);
    await until(() => world.peers.closed.includes(allowanceId), 6_000, 'the allowance is closed');
    expect(world.peers.captured.size).toBe(7);
  });

  it('gets back what is left when the replica stops, after all is captured', async () => {
    const { letters, atAlice } = await pair();
    const allowanceId = await becomeBusy(atAlice, letters);
    await send(atAlice, letters, 2);
    await world.stop(first);
    expect(world.peers.captured.size).toBe(7);
    expect(world.peers.closed).toContain(allowanceId);
  });

  it('is told the balance by the ledger when the captures are through', async () => {
    const { letters, atAlice } = await pair();
    await becomeBusy(atAlice, letters);
    await send(atAlice, letters, 3);
    world.peers.available -= 100;
    await until(
      () => atAlice.of('credits:changed').at(-1)?.available === 9_892,
      5_000,
      'what was spent elsewhere is told too',
    );
  });

  it('whose replica died: another one says which allowances have captures on their way, until they are through', async () => {
    const { letters, atAlice } = await pair();
    const allowanceId = await becomeBusy(atAlice, letters);
    const unused = 'f'.repeat(32);
    await until(() => world.peers.captured.size === 5, 5_000, 'what came before is captured');
    world.peers.settlementsAway = true;
    await send(atAlice, letters, 3);
    // As after a SIGKILL: nobody drains the rows of gateway-1 any more.
    await first.app.get(OutboxRunner).stop();
    expect(await unsettled(second, [allowanceId, unused])).toEqual([allowanceId]);
    world.peers.settlementsAway = false;
    await until(() => world.peers.captured.size === 8, 15_000, 'gateway-2 takes the captures over');
    // The row goes after the ledger has answered.
    const deadline = Date.now() + 2_000;
    while ((await unsettled(second, [allowanceId])).length > 0 && Date.now() < deadline);
    expect(await unsettled(second, [allowanceId])).toEqual([]);
    expect(new Set(world.peers.captured.values())).toEqual(new Set([1]));
  }, 60_000);

  it('is served while credits is away, for as long as the allowance lasts', async () => {
    const { letters, atAlice } = await pair();
    await becomeBusy(atAlice, letters);
    world.peers.creditsAway = true;
    expect(await send(atAlice, letters, 3)).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    world.peers.creditsAway = false;
    await until(() => world.peers.captured.size === 8, 5_000, 'all are captured');
    expect(new Set(world.peers.captured.values())).toEqual(new Set([1]));
  });
});
