import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@secureconnect/platform/testing/ports';
import { RedisServer } from '@secureconnect/platform/testing/redis-server';
import { serviceEnvironment, TEST_ORIGIN } from '@secureconnect/platform/testing/service-environment';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import { TestSecrets } from '@secureconnect/platform/testing/test-secrets';
import { Person } from '../person.js';

jest.setTimeout(60_000);

const MAIN = join(import.meta.dirname, '../../dist/main.js');

interface Running {
  process: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  exit: Promise<{ code: number | null; signal: string | null }>;
}

/** A registration that the service has begun (it said so: 100), and what it answers. */
async function begunRequest(port: number, body: string): Promise<{ status: Promise<number | undefined> }> {
  const headers = {
    origin: TEST_ORIGIN,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    expect: '100-continue',
  };
  const sent = request({ host: '127.0.0.1', port, path: '/api/auth/register', method: 'POST', headers });
  const status = new Promise<number | undefined>((resolve, reject) => {
    sent.once('error', reject).once('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
  });
  sent.flushHeaders();
  await Promise.race([once(sent, 'continue'), status]);
  sent.end(body);
  return { status };
}

describe('the process of auth (built by tsc -b)', () => {
  const folder = temporaryFolder();
  const secrets = new TestSecrets();
  let redis: RedisServer;
  const running: Running[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterEach(async () => {
    for (const { process: child, exit } of running.splice(0)) {
      child.kill('SIGKILL');
      await exit;
    }
  });

  afterAll(async () => {
    await redis.stop();
    secrets.remove();
    folder.remove();
  });

  function run(extra: Record<string, string>): Running {
    const environment = serviceEnvironment({
      storeFile: folder.file('auth.db'),
      redisUrl: redis.url,
      secrets,
      extra: { LOG_LEVEL: 'info', ...extra },
    });
    const child = spawn(process.execPath, [MAIN], {
      env: { ...environment, PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const exit = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      child.once('exit', (code, signal) => {
        resolve({ code, signal });
      });
    });
    const result = { process: child, stdout: () => stdout, stderr: () => stderr, exit };
    running.push(result);
    return result;
  }

  async function started(extra: Record<string, string> = {}) {
    const result = run(extra);
    for (let wait = 0; wait < 1_000 && !result.stdout().includes('service.started'); wait++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const line =
      result
        .stdout()
        .split('\n')
        .find((text) => text.includes('service.started')) ?? '{}';
    const { port, internalPort } = JSON.parse(line) as { port: number; internalPort: number };
    return { ...result, port, internalPort };
  }

  it.each<[string, NodeJS.Signals[]]>([
    ['SIGTERM', ['SIGTERM']],
    ['SIGINT', ['SIGINT']],
    ['SIGINT from terminal and keeper both', ['SIGINT', 'SIGINT']],
    ['a SIGINT after SIGTERM', ['SIGTERM', 'SIGINT', 'SIGTERM']],
  ])('ends by itself within ten seconds of %s, having answered what it began', async (_, signals) => {
    const service = await started();
    const alice = await Person.named(`alice-${signals.join('-').toLowerCase()}`);
    const registering = await begunRequest(service.port, JSON.stringify(await alice.registration()));
    const began = performance.now();
    for (const signal of signals) {
      service.process.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await registering.status).toBe(200);
    expect(await service.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(service.stdout()).toContain('service.stopped');
    // Nothing was wrong, so nothing says that something was.
    expect(service.stdout()).not.toContain('"level":50');
  });

  it('says in one sentence which port is taken, and exits with 1', async () => {
    const taken = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(taken, '127.0.0.1', resolve));
    try {
      for (const variable of ['PORT', 'INTERNAL_PORT']) {
        const service = run({ [variable]: String(taken) });
        expect(await service.exit).toEqual({ code: 1, signal: null });
        expect(service.stderr().replaceAll(/\(node:.*\n|\(Use `node.*\n/g, '')).toBe(
          `The service auth cannot start: the port ${String(taken)} is in use; end the other program or set ${variable}.\n`,
        );
      }
    } finally {
      other.close();
    }
  });

  it.each([
    ['a malformed variable', { PORT: 'x' }, /^The service auth cannot start: PORT missing or malformed/],
    ['missing secrets', { SECRETS_DIR: '/nonexistent' }, /jwt-public\.pem cannot be read/],
    [
      'a folder that cannot be made',
      { STORE_FILE: '/dev/null/auth.db' },
      /folder of the store \/dev\/null\/auth\.db cannot be made/,
    ],
  ])('says in one sentence that it cannot start: %s', async (_, extra, sentence) => {
    const service = run(extra);
    expect((await service.exit).code).toBe(1);
    expect(service.stderr()).toMatch(sentence);
    expect(service.stderr().trim().split('\n')).toHaveLength(1);
  });

  it('starts and serves while Redis is away', async () => {
    await redis.pause();
    try {
      const service = await started();
      const ready = await fetch(`http://127.0.0.1:${String(service.internalPort)}/health/ready`);
      expect(ready.status).toBe(200);
      expect(await ready.json()).toMatchObject({ status: 'ok', checks: { redis: 'degraded', store: 'ok' } });
    } finally {
      await redis.resume();
    }
  });

  it('logs ids only: no name, address, secret or token', async () => {
    const service = await started();
    const marker = await Person.named('zz-marker');
    const request = await marker.registration();
    const response = await fetch(`http://127.0.0.1:${String(service.port)}/api/auth/register?marker=zz-marker`, {
      method: 'POST',
      headers: { origin: TEST_ORIGIN, 'content-type': 'application/json', 'user-agent': 'zz-marker' },
      body: JSON.stringify(request),
    });
    expect(response.status).toBe(200);
    await fetch(`http://127.0.0.1:${String(service.port)}/api/auth/login`, {
      method: 'POST',
      headers: { origin: TEST_ORIGIN, 'content-type': 'application/json' },
      body: '{"username": zz-marker',
    });
    service.process.kill('SIGTERM');
    await service.exit;
    const all = service.stdout() + service.stderr();
    expect(all).toContain(marker.userId);
    for (const forbidden of ['zz-marker', request.authSecret, 'eyJ', '127.0.0.1']) expect(all).not.toContain(forbidden);
  });
});
