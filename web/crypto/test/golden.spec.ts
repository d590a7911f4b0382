import { FROZEN, playAll } from './golden/all-scenarios.js';
import { golden } from './kit/files.js';

describe('the frozen structures', () => {
  let made: Awaited<ReturnType<typeof playAll>>;
  beforeAll(async () => {
    made = await playAll();
  });

  for (const name of FROZEN) {
    it(`come out of the same seed byte for byte: ${name}`, () => {
      expect(made[name]).toEqual(golden(`${name}.json`));
    });
  }
});
