import { processLocks } from '../src/locks.js';

describe('locks of a process', () => {
  it('let one in at a time, in order, also after a failure', async () => {
    const locks = processLocks();
    const log: string[] = [];
    const work = (name: string, fail = false) =>
      locks.hold('lane', async () => {
        log.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        log.push(`${name} out`);
        if (fail) throw new Error('failed');
        return name;
      });
    const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('do not hold up another name', async () => {
    const locks = processLocks();
    let release!: () => void;
    const held = locks.hold('one', () => new Promise<void>((resolve) => (release = resolve)));
    expect(await locks.hold('two', async () => 'free')).toBe('free');
    release();
    await held;
  });
});
