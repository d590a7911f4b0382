import type { Attack, Played } from '../src/mallory/attacks/attack.js';
import { ATTACKS } from '../src/mallory/attacks/attacks.js';
import { lineOf, outcomeOf } from '../src/mallory/attacks/outcome.js';
import { runWithout } from '../src/mallory/switchboard.js';
import { World } from '../src/world/world.js';

jest.setTimeout(120_000);

let world: World;
beforeAll(async () => {
  world = await World.begin();
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

/** The same attack with its defence out. */
async function playWithout({ play, without }: Attack): Promise<Played> {
  if (!('stack' in without)) return runWithout(without, () => play(world));
  const weak = await World.begin(without.stack);
  try {
    return await play(weak);
  } finally {
    await weak.end();
  }
}

describe('mallory owns every service', () => {
  it.each(ATTACKS.map((attack) => [`[T-${attack.row}] ${attack.name}`, attack] as const))(
    '%s: in vain, and not by luck',
    async (_, attack) => {
      const played = await attack.play(world);
      const outcome = outcomeOf(attack, played);
      await world.closeEverybody();
      const without = outcomeOf(attack, await playWithout(attack));
      process.stdout.write(`${lineOf(attack, outcome, without)}\n`);
      expect({ outcome, ...played }).toMatchObject({ outcome: attack.expect });
      expect(`without it: ${without}`).toBe('without it: FAILED');
    },
  );
});
