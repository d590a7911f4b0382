import { playScenario } from './golden/scenario.js';
import { golden } from './kit/files.js';

describe('the frozen structures', () => {
  let made: Awaited<ReturnType<typeof playScenario>>;
  beforeAll(async () => {
    made = await playScenario();
  });

  for (const name of ['kdf', 'identities', 'vaults', 'envelopes'] as const) {
    it(`come out of the same seed byte for byte: ${name}`, () => {
      expect(made[name]).toEqual(golden(`${name}.json`));
    });
  }
});
