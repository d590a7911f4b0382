import { readdirSync, readFileSync } from 'node:fs';
import { BcryptThreads } from '../src/accounts/bcrypt-threads.js';

const CHEAP = 4;
/** The niceness of each thread of this process: field 19 of /proc/<pid>/task/<tid>/stat, counted after the name in brackets. */
const niceThreads = () =>
  readdirSync('/proc/self/task').filter((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) === 10;
  }).length;

describe('threads for bcrypt', () => {
  const open: BcryptThreads[] = [];
  const threads = (script?: URL) => {
    const started = new BcryptThreads(script);
    open.push(started);
    return started;
  };
  afterEach(() => Promise.all(open.splice(0).map((started) => started.close())));

  it('make what bcrypt makes, and compare it', async () => {
    const bcrypt = threads();
    const made = await bcrypt.hash('alices', CHEAP);
    expect(made).toMatch(/^\$2b\$04\$.{53}$/);
    expect(await bcrypt.compare('alices', made)).toBe(true);
    expect(await bcrypt.compare('mallorys', made)).toBe(false);
    expect(await bcrypt.compare('alices', 'no verifier at all')).toBe(false);
  });

  it('say what bcrypt refuses, and go on', async () => {
    const bcrypt = threads();
    await expect(bcrypt.hash(undefined as never, CHEAP)).rejects.toThrow('data and salt');
    expect(await bcrypt.hash('alices', CHEAP)).toMatch(/^\$2b\$/);
  });

  it('lose what a thread dies of, and have another in its place', async () => {
    const dying = `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ secret }) => {
        if (secret === 'poison') process.exit(1);
        parentPort.postMessage({ ok: true, value: secret });
      });`;
    const bcrypt = threads(new URL(`data:text/javascript,${encodeURIComponent(dying)}`));
    const poisoned = [1, 2, 3].map(() => bcrypt.hash('poison', CHEAP));
    const after = bcrypt.hash('alices', CHEAP);
    for (const lost of poisoned) await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
    expect(await after).toBe('alices');
  });

  (process.platform === 'linux' ? it : it.skip)('stand behind everything else that wants a core', async () => {
    const before = niceThreads();
    const bcrypt = threads();
    await Promise.all([1, 2, 3, 4].map(() => bcrypt.hash('alices', 8)));
    expect(niceThreads()).toBeGreaterThan(before);
  });
});
