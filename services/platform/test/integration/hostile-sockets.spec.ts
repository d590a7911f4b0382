import { startService, type RunningService } from '../../src/bootstrap/run-service.js';
import { RedisServer } from '../../src/testing/redis-server.js';
import { serviceEnvironment } from '../../src/testing/service-environment.js';
import { temporaryFolder } from '../../src/testing/temporary-folder.js';
import { TestSecrets } from '../../src/testing/test-secrets.js';
import { notesService } from './notes-service.js';
import { RawSocket } from './raw-socket.js';

jest.setTimeout(60_000);

const MALLORY = 'e'.repeat(32);

describe('sockets of somebody who means harm', () => {
  const folder = temporaryFolder();
  const secrets = new TestSecrets();
  let redis: RedisServer;
  let service: RunningService;
  let cookie: string;
  const open: RawSocket[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
    service = await startService(
      notesService,
      serviceEnvironment({ storeFile: folder.file('notes.db'), redisUrl: redis.url, secrets }),
    );
    cookie = `sc-access=${await secrets.accessToken({ userId: MALLORY })}`;
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
  });
  afterAll(async () => {
    await service.stop();
    await redis.stop();
    secrets.remove();
    folder.remove();
  });

  async function raw(to: RunningService = service): Promise<RawSocket> {
    const socket = await RawSocket.open(to.publicUrl, '/socket/notes', cookie);
    open.push(socket);
    return socket;
  }
  const connected = async () => {
    const text = await (await fetch(`${service.internalUrl}/metrics`)).text();
    return Number(/^sc_sockets_connected\S* (\d+)$/m.exec(text)?.[1]);
  };

  /** Connects, and waits until it is let in. */
  async function letIn(to: RunningService = service): Promise<RawSocket> {
    const socket = await raw(to);
    socket.send('40{"v":1}');
    expect(await socket.until(() => socket.texts.some((text) => text.includes('welcome')), 5_000)).toBe(true);
    return socket;
  }

  it('are one to a connection, however often it says that it connects', async () => {
    const mallory = await raw();
    mallory.send(...Array.from({ length: 500 }, () => '40{"v":1}'));
    expect(await mallory.until(() => mallory.isClosed, 5_000)).toBe(true);
    expect(await connected()).toBe(0);
    const patient = await letIn();
    patient.send('40{"v":1}');
    await until(async () => (await connected()) === 0);
  });

  it('are so many to a user, and the places of those that went are free again', async () => {
    const mallory = await Promise.all(Array.from({ length: 40 }, () => raw()));
    for (const socket of mallory) socket.send('40{"v":1}');
    await Promise.all(mallory.map((socket) => socket.until(() => socket.texts.some(isAnswer), 5_000)));
    expect(mallory.filter((socket) => socket.texts.some((text) => text.includes('welcome')))).toHaveLength(32);
    expect(mallory.filter((socket) => socket.texts.some((text) => text.includes('"throttled"')))).toHaveLength(8);
    for (const socket of mallory) socket.destroy();
    await until(async () => (await connected()) === 0);
    await letIn();
  });

  it('are told that a command is none, by whatever name, and no other is taken for it', async () => {
    const mallory = await letIn();
    const names = ['nonsense', '__proto__', 'constructor', 'toString', '', 5];
    for (const [index, name] of names.entries()) mallory.send(`42${String(index)}${JSON.stringify([name, {}])}`);
    mallory.send('42["nonsense",{}]', '4299["nonsense"]');
    const isLast = (text: string) => text.startsWith('4399[');
    expect(await mallory.until(() => mallory.texts.some(isLast), 5_000)).toBe(true);
    const answers = mallory.texts.filter((text) => text.startsWith('43'));
    expect(answers).toEqual([...names.keys(), 99].map((id) => `43${String(id)}[{"ok":false,"code":"not-found"}]`));
    expect(mallory.isClosed).toBe(false);
  });

  it('are cut when they ask for more than they read', async () => {
    const mallory = await letIn();
    mallory.tcp.pause();
    for (let command = 0; command < 100; command++) {
      mallory.send(`42${String(command)}["note:pour",{"sizeBytes":1000000}]`);
    }
    await until(async () => (await connected()) === 0);
  });

  it('are not cut while they read, whatever they ask for', async () => {
    const alice = await letIn();
    for (let command = 0; command < 40; command++) {
      const read = alice.tcp.bytesRead;
      alice.send(`42${String(command)}["note:pour",{"sizeBytes":1000000}]`);
      expect(await alice.until(() => alice.tcp.bytesRead - read > 1_000_000, 5_000)).toBe(true);
    }
    expect(alice.isClosed).toBe(false);
  });

  it('do not hold up the end of a service, silent or deaf', async () => {
    const other = await startService(
      notesService,
      serviceEnvironment({ storeFile: folder.file('notes.db'), redisUrl: redis.url, secrets, replicaId: 'notes-2' }),
    );
    await raw(other);
    (await letIn(other)).tcp.pause();
    const began = performance.now();
    await other.stop();
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

const isAnswer = (text: string) => text.includes('welcome') || text.startsWith('44');

async function until(done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error('not within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
