import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answersOk, waitUntil } from '../../src/health.js';
import { launchStack } from '../../src/stack.js';
import type { Stack } from '../../src/stack/running-stack.js';

const BUILT_STACK = pathToFileURL(resolve(__dirname, '../../dist/stack.js')).href;

jest.setTimeout(120_000);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const isReady = (url: string): Promise<boolean> => answersOk(`${url}/health/ready`);

/** What Redis answers to commands in its inline form, after the password. */
function askRedis(url: string, ...commands: string[]): Promise<string> {
  const { port, password } = new URL(url);
  return new Promise((done, fail) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
    socket.once('error', fail).once('end', () => done(answer));
    socket.end([...(password === '' ? [] : [`AUTH ${password}`]), ...commands, 'QUIT', ''].join('\r\n'));
  });
}

describe('a stack', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await launchStack({ nginx: true, logLevel: 'warn' });
  });
  afterAll(() => stack.stop());

  it('runs five services, two of them twice, all ready', async () => {
    expect(stack.replicas.map(({ name }) => name).sort()).toEqual([
      'admin-1',
      'auth-1',
      'credits-1',
      'messaging-gateway-1',
      'messaging-gateway-2',
      'signaling-1',
      'signaling-2',
    ]);
    for (const { internalUrl } of stack.replicas) expect(await isReady(internalUrl)).toBe(true);
  });

  it('answers at both doors, and https with the certificate that it names', async () => {
    expect(await answersOk(`${stack.door!.httpUrl}/healthz`)).toBe(true);
    expect(await answersOk(`${stack.door!.httpsUrl}/healthz`, stack.door!.certificate)).toBe(true);
  });

  it('stays away after a kill until it is started, while the other replica goes on', async () => {
    const [first, second] = [stack.replica('messaging-gateway', 1), stack.replica('messaging-gateway', 2)];
    const pid = first.pid!;
    await stack.kill(first.name);
    expect(isAlive(pid)).toBe(false);
    expect(first.pid).toBeUndefined();
    expect(await isReady(first.internalUrl)).toBe(false);
    expect(await isReady(second.internalUrl)).toBe(true);
    await stack.start(first.name);
    expect(first.pid).not.toBe(pid);
    expect(await isReady(first.internalUrl)).toBe(true);
  });

  it('restarts a service where it was', async () => {
    const { internalUrl, pid } = stack.replica('credits');
    await stack.restart('credits-1');
    expect(await isReady(internalUrl)).toBe(true);
    expect(stack.replica('credits').pid).not.toBe(pid);
  });

  it('brings Redis back at its address, with its password, and empty', async () => {
    expect(await askRedis(stack.redisUrl, 'SET marker 1', 'GET marker')).toContain('$1\r\n1');
    await stack.stopRedis();
    await expect(askRedis(stack.redisUrl, 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await stack.startRedis();
    expect(await askRedis(stack.redisUrl, 'GET marker')).toContain('$-1');
    expect(await askRedis(stack.redisUrl.replace(/:[^:@]+@/, '@'), 'GET marker')).toContain('NOAUTH');
  });

  it('writes what each process says to a log of its own', () => {
    for (const name of [...stack.replicas.map((replica) => replica.name), 'redis', 'nginx'])
      expect(existsSync(stack.logs(name))).toBe(true);
  });

  it('refuses names that it has not', async () => {
    await expect(stack.kill('messaging-gateway-3')).rejects.toThrow('has no process messaging-gateway-3');
    expect(() => stack.replica('auth', 2)).toThrow('no replica 2 of auth');
  });

  it('leaves nothing behind when it is stopped, and does not see a stack beside it', async () => {
    const other = await launchStack({ gateways: 1, signalings: 1 });
    const pids = other.replicas.map(({ pid }) => pid!);
    expect(other.redisUrl).not.toBe(stack.redisUrl);
    expect(other.serviceAuthorization('auth')).not.toBe(stack.serviceAuthorization('auth'));
    await other.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(other.dataDir)).toBe(false);
    expect(await isReady(stack.replica('auth').internalUrl)).toBe(true);
  });
});

describe('a stack that cannot start', () => {
  it('says which process ended and its last words, and leaves nothing behind', async () => {
    const launched = launchStack({ gateways: 1, signalings: 1, env: { auth: { PORT: 'none' } } });
    await expect(launched).rejects.toMatchObject({
      name: 'LaunchFailure',
      message: expect.stringContaining('auth-1 ended. The end of its log:\n') as unknown,
    });
  });
});

describe('a stack whose owner is killed', () => {
  it('ends too', async () => {
    const program = `
      import { launchStack } from ${JSON.stringify(BUILT_STACK)};
      const stack = await launchStack({ gateways: 1, signalings: 1 });
      console.log(JSON.stringify(stack.replicas.map(({ pid }) => pid)));`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids = JSON.parse(
      await new Promise<string>((done) => owner.stdout.once('data', (text) => done(String(text)))),
    ) as number[];
    expect(pids.every(isAlive)).toBe(true);
    owner.kill('SIGKILL');
    expect(await waitUntil(async () => !pids.some(isAlive), 20_000)).toBe(true);
  });
});
