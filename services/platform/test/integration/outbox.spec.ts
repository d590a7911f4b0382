import { Outbox, type OutboxEntry } from '../../src/outbox/outbox.js';
import { OutboxRunner } from '../../src/outbox/outbox-runner.js';
import { OpenOutbox1794000000000 } from '../../src/outbox/outbox-schema.js';
import { PeerUnavailable } from '../../src/internal-http/peer-errors.js';
import { EventLog } from '../../src/logging/event-log.js';
import { openStore, type Store } from '../../src/store/store.js';
import { temporaryFolder } from '../../src/testing/temporary-folder.js';

jest.setTimeout(60_000);

const log = new EventLog({ service: 'test', replicaId: 'test', level: 'silent' });

describe('an outbox', () => {
  const folder = temporaryFolder();
  const runners: OutboxRunner[] = [];
  let count = 0;
  let file: string;
  let store: Store;
  let received: OutboxEntry[];

  beforeEach(async () => {
    file = folder.file(`outbox-${String(count++)}.db`);
    store = await openStore({ file, entities: [], migrations: [OpenOutbox1794000000000], writers: 'many' });
    received = [];
  });

  afterEach(async () => {
    for (const runner of runners.splice(0)) await runner.stop();
    await store.close();
  });

  afterAll(() => {
    folder.remove();
  });

  function runnerOf(
    replicaId: string,
    handler: (entries: readonly OutboxEntry[]) => Promise<void>,
    takeoverAfterMs = 5_000,
  ): OutboxRunner {
    const runner = new OutboxRunner({
      store,
      replicaId,
      log,
      handlers: { told: handler },
      intervalMs: 10,
      takeoverAfterMs,
    });
    runners.push(runner);
    return runner;
  }

  const collect = async (entries: readonly OutboxEntry[]) => {
    received.push(...entries);
  };
  const put = (replicaId: string, ...payloads: unknown[]) =>
    store.writes.commit((database) => {
      for (const payload of payloads) new Outbox(replicaId).put(database, 'told', payload);
    });
  const waiting = () => store.reader.prepare('SELECT count(*) FROM outbox').pluck().get();
  const until = async (condition: () => boolean) => {
    for (let wait = 0; wait < 500 && !condition(); wait++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(condition()).toBe(true);
  };

  it('delivers what was committed, in order, once, and forgets it', async () => {
    runnerOf('a', collect).start();
    await put('a', 1, { two: 2 });
    await store.writes.run((manager) => new Outbox('a').putWith(manager, 'told', 'three'));
    await until(() => waiting() === 0);
    expect(received.map((entry) => entry.payload)).toEqual([1, { two: 2 }, 'three']);
  });

  it('delivers nothing of a transaction that was undone', async () => {
    const undone = store.writes.commit((database) => {
      new Outbox('a').put(database, 'told', 'undone');
      throw new Error('refused');
    });
    await expect(undone).rejects.toThrow('refused');
    await runnerOf('a', collect).drainNow();
    expect(received).toEqual([]);
  });

  it('delivers in bounded batches', async () => {
    const sizes: number[] = [];
    await put('a', ...Array.from({ length: 1_200 }, (_, index) => index));
    await runnerOf('a', async (entries) => {
      sizes.push(entries.length);
    }).drainNow();
    expect(sizes).toEqual([500, 500, 200]);
  });

  it('tries again with the same ids, and growing pauses, until the handler succeeds', async () => {
    const attempts: [number, number, number][] = [];
    const began = performance.now();
    runnerOf('a', async ([entry]) => {
      attempts.push([entry?.id ?? 0, entry?.attempts ?? 0, performance.now() - began]);
      if (attempts.length < 4) throw new Error('away');
    }).start();
    await put('a', 'x');
    await until(() => waiting() === 0);
    expect(attempts.map(([id, attempt]) => [id, attempt])).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    const pauses = attempts.slice(1).map(([, , at], index) => at - (attempts[index]?.[2] ?? 0));
    expect(pauses[0]).toBeGreaterThan(95);
    expect(pauses[2]).toBeGreaterThan(390);
  });

  it('goes on after a restart', async () => {
    const failing = runnerOf('a', async () => {
      throw new Error('away');
    });
    await put('a', 'x');
    await failing.drainNow();
    await failing.stop();
    runners.length = 0;
    await store.close();
    store = await openStore({ file, entities: [], migrations: [OpenOutbox1794000000000], writers: 'many' });
    runnerOf('a', collect).start();
    await until(() => received.length === 1);
  });

  it('leaves the rows of a living replica alone, also when they wait', async () => {
    const stuck = runnerOf(
      'a',
      async () => {
        throw new Error('away');
      },
      300,
    );
    await put('a', 'x');
    stuck.start();
    runnerOf('b', collect, 300).start();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(received).toEqual([]);
    expect(waiting()).toBe(1);
  });

  it('leaves the rows of a living replica alone, also while its handler is slow', async () => {
    await put('a', 'x');
    runnerOf(
      'a',
      async (entries) => {
        await new Promise((resolve) => setTimeout(resolve, 1_200));
        await collect(entries);
      },
      300,
    ).start();
    const byB: OutboxEntry[] = [];
    runnerOf('b', async (entries) => void byB.push(...entries), 300).start();
    await until(() => waiting() === 0);
    expect(received).toHaveLength(1);
    expect(byB).toEqual([]);
  });

  it('does not let one that is never taken keep the others back', async () => {
    runnerOf('a', async (entries) => {
      if (entries.some(({ payload }) => payload === 'poison')) throw new Error('refused');
      await collect(entries);
    }).start();
    await put('a', 1, 2, 'poison', 3, 4);
    await until(() => waiting() === 1);
    expect(received.map((entry) => entry.payload)).toEqual([1, 2, 3, 4]);
  });

  it('asks for all of them at once while nobody answers', async () => {
    const sizes: number[] = [];
    await put('a', 1, 2, 3, 4);
    await runnerOf('a', async (entries) => {
      sizes.push(entries.length);
      throw new PeerUnavailable('credits', '/internal/settlements', 'unreachable');
    }).drainNow();
    expect(sizes).toEqual([4]);
  });

  it.each([
    ['the replica itself', 'a'],
    ['another one, where it died', 'b'],
  ])('delivers what was written before the clock went back, by %s', async (_, deliverer) => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    await put('a', 'x');
    const writer = runnerOf('a', () => Promise.reject(new Error('away')), 300);
    await writer.drainNow();
    await writer.stop();
    runners.length = 0;
    now.mockRestore();
    runnerOf(deliverer, collect, 300).start();
    await until(() => received.length === 1);
  });

  it('takes over the rows of a dead replica, by one of the others alone', async () => {
    await put('dead', 'x', 'y');
    const byB: OutboxEntry[] = [];
    const byC: OutboxEntry[] = [];
    runnerOf('b', async (entries) => void byB.push(...entries), 300).start();
    runnerOf('c', async (entries) => void byC.push(...entries), 300).start();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(byB.length + byC.length).toBe(0);
    await until(() => waiting() === 0);
    expect([...byB, ...byC].map((entry) => entry.payload)).toEqual(['x', 'y']);
  });

  it('writes nothing while there is nothing to deliver', async () => {
    runnerOf('a', collect, 300).start();
    const before = store.reader.pragma('data_version', { simple: true });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(store.reader.pragma('data_version', { simple: true })).toBe(before);
  });

  it('delivers what waits when it is stopped', async () => {
    const runner = runnerOf('a', collect);
    await put('a', 'x');
    await runner.stop();
    expect(received).toHaveLength(1);
  });
});
