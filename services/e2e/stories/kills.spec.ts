import fc from 'fast-check';
import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { ledgerBalances } from '../src/invariants/ledger-balances.js';
import { chainFaults } from '../src/invariants/ledger-chain.js';
import type { Person } from '../src/people/person.js';
import { eventually, pause } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

/** KILLS=200 for more rounds. They are the same each time, so that a red run is of the change; KILLS_SEED=any draws new ones. */
const ROUNDS = Number(process.env.KILLS ?? 8);
const { KILLS_SEED = '20261123' } = process.env;
const SEED = KILLS_SEED === 'any' ? Math.trunc(Math.random() * 2 ** 31) : Number(KILLS_SEED);
/** In a round each of six writes so many: 200 rounds are within the 500 credits that everybody begins with. */
const EACH_A_ROUND = 2;
const VICTIMS = ['messaging-gateway-1', 'messaging-gateway-2', 'credits-1', 'redis'];

jest.setTimeout(240_000 + ROUNDS * 20_000);

const anyRound = fc.record({
  victims: fc.subarray(VICTIMS, { minLength: 1, maxLength: 2 }),
  /** From the begin of the round's traffic, milliseconds. */
  killedAfterMs: fc.integer({ min: 0, max: 400 }),
  awayMs: fc.integer({ min: 0, max: 800 }),
});

interface Correspondent {
  readonly person: Person;
  readonly peer: Person;
  readonly said: string[];
}

let world: World;
beforeAll(async () => {
  // what a dead gateway has held comes back soon, so that the end is not waited for
  world = await World.begin({ env: { credits: { HOLD_LIFETIME_MS: '8000', SWEEP_INTERVAL_MS: '1000' } } });
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

async function writesInRound({ peer, person, said }: Correspondent, round: number): Promise<void> {
  for (let n = 0; n < EACH_A_ROUND; n++) {
    const text = `${person.username} ${round}.${n}`;
    said.push(text);
    await person.say(peer.username, text);
    await pause(100);
  }
}

async function kill(names: readonly string[], awayMs: number): Promise<void> {
  await Promise.all(names.map((name) => world.stack.kill(name)));
  await pause(awayMs);
  for (const name of names) await world.stack.start(name);
}

describe('gateways, credits and Redis are killed at any moment under traffic', () => {
  it(`${ROUNDS} times (KILLS_SEED=${SEED}): what is stored is charged once, nothing else is, and nothing is lost`, async () => {
    const pairs = await Promise.all(
      [1, 2, 3].map(() => world.aliceAndBob().then(({ alice, bob }) => [alice, bob] as const)),
    );
    const everybody: Correspondent[] = pairs.flatMap(([alice, bob]) => [
      { person: alice, peer: bob, said: [] },
      { person: bob, peer: alice, said: [] },
    ]);
    for (const [round, { awayMs, killedAfterMs, victims }] of fc
      .sample(anyRound, { numRuns: ROUNDS, seed: SEED })
      .entries()) {
      const traffic = Promise.all(everybody.map((one) => writesInRound(one, round)));
      await pause(killedAfterMs);
      await kill(victims, awayMs);
      await traffic;
    }

    await eventually(
      () => Promise.all(everybody.map(({ person }) => person.messenger.unsent())),
      (unsent) => unsent.every((left) => left === 0),
      120_000,
    );
    for (const { peer, person, said } of everybody) {
      const words = await eventually(
        () => peer.words(person.username),
        (found) => said.every((text) => found.includes(text)),
        60_000,
      );
      expect(words.filter((text) => text.startsWith(`${person.username} `))).toEqual(said);
    }
    await ledgerBalances(world.stack, 120_000);
    expect(await chainFaults(world.stack.replica('credits').storeFile)).toEqual([]);
    for (const { person, said } of everybody)
      await eventually(
        () => person.messenger.credits(),
        (credits) => credits === 500 - said.length,
        30_000,
      );
    expect(everybody.flatMap(({ person }) => person.alarms)).toEqual([]);
    for (const [alice, bob] of pairs) await everyoneCanTalk(alice, bob);
  });
});
