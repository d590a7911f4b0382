import { summarizeProfile } from '../src/cpu/profile-summary.js';

const frame = (functionName: string, url = '', lineNumber = 0) => ({ functionName, url, lineNumber });

/** Samples at 100, 200, 300, 400 and 500 µs. */
const PROFILE = {
  nodes: [
    { id: 1, callFrame: frame('(idle)') },
    { id: 2, callFrame: frame('encode', 'file:///x/node_modules/socket.io-parser/build/index.js', 9) },
    { id: 3, callFrame: frame('', 'file:///x/services/credits/dist/main.js', 4) },
    { id: 4, callFrame: frame('(program)') },
  ],
  startTime: 0,
  samples: [2, 2, 1, 3, 4],
  timeDeltas: [100, 100, 100, 100, 100],
};

describe('a profile’s summary', () => {
  it('gives each sample the time until the next, by function and by package', () => {
    const { windowMs, idleMs, byFunction, byPackage } = summarizeProfile('a', PROFILE, 0, 1_000);
    expect({ windowMs, idleMs }).toEqual({ windowMs: 0.4, idleMs: 0.1 });
    expect(byFunction).toEqual([
      { name: 'encode  socket.io-parser/build/index.js:10', ms: 0.2 },
      { name: '(anonymous)  services/credits/dist/main.js:5', ms: 0.1 },
      { name: '(program)  ', ms: 0 },
    ]);
    expect(byPackage.map(({ name }) => name)).toEqual(['socket.io-parser', 'services/credits', '(program)']);
  });

  it('leaves out what was before and after the trial', () => {
    const { windowMs, byFunction } = summarizeProfile('a', PROFILE, 150, 250);
    expect(windowMs).toBe(0.1);
    expect(byFunction).toEqual([{ name: 'encode  socket.io-parser/build/index.js:10', ms: 0.1 }]);
  });
});
