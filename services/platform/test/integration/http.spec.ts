import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { startService, type RunningService } from '../../src/bootstrap/run-service.js';
import { RedisLink } from '../../src/redis-io/redis-link.js';
import { RedisServer } from '../../src/testing/redis-server.js';
import { serviceEnvironment, TEST_ORIGIN } from '../../src/testing/service-environment.js';
import { temporaryFolder } from '../../src/testing/temporary-folder.js';
import { TestSecrets } from '../../src/testing/test-secrets.js';
import { notesService } from './notes-service.js';

jest.setTimeout(60_000);

const ALICE = 'a'.repeat(32);

describe('a service on two listeners', () => {
  const folder = temporaryFolder();
  const secrets = new TestSecrets();
  let redis: RedisServer;
  let service: RunningService;
  let cookie: string;

  beforeAll(async () => {
    redis = await RedisServer.start();
    service = await startService(
      notesService,
      serviceEnvironment({
        storeFile: folder.file('notes.db'),
        redisUrl: redis.url,
        secrets,
        extra: { THROTTLE_SCALE: '1' },
      }),
    );
    cookie = `sc-access=${await secrets.accessToken({ userId: ALICE })}`;
  });

  afterAll(async () => {
    await service.stop();
    await redis.stop();
    secrets.remove();
    folder.remove();
  });

  interface Answer {
    status: number;
    type: string | null;
    body: { code?: string; fields?: string[]; [key: string]: unknown };
    headers: Headers;
  }

  async function ask(path: string, init: RequestInit & { base?: string } = {}): Promise<Answer> {
    const response = await fetch((init.base ?? service.publicUrl) + path, init);
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: (text.startsWith('{') ? JSON.parse(text) : { text }) as Answer['body'],
      headers: response.headers,
    };
  }

  function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: TEST_ORIGIN, cookie, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Raw request: fetch would tidy the path and choose the Host header itself. */
  function raw(
    port: string,
    path: string,
    headers: Record<string, string> = {},
    method = 'GET',
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text });
        });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  it('answers a logged-in caller with parsed bodies and queries', async () => {
    expect((await post('/api/notes', { text: 'hello' })).body).toMatchObject({ by: ALICE, length: 5 });
    expect((await ask('/api/notes/hello?page=3')).body).toEqual({ hello: 'anyone', page: 3 });
  });

  it('gives no page, no cache, no hint at what it runs on', async () => {
    const { headers } = await ask('/api/notes/hello');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    ['no cookie', {}],
    ['garbage', { cookie: 'sc-access=garbage' }],
    ['the cookie name of https', () => ({ cookie: cookie.replace('sc-access', '__Host-sc-access') })],
  ])('refuses a caller with %s', async (_, given) => {
    const headers = typeof given === 'function' ? given() : given;
    const answer = await ask('/api/notes', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: TEST_ORIGIN, ...headers } as Record<string, string>,
      body: '{"text":"x"}',
    });
    expect(answer).toMatchObject({
      status: 401,
      type: expect.stringContaining('application/problem+json'),
      body: { code: 'unauthenticated' },
    });
  });

  it.each([
    ['expired', { userId: ALICE, lifetimeSeconds: -1 }],
    ['of another issuer', { userId: ALICE, issuer: 'mallory' }],
    ['of another audience', { userId: ALICE, audience: 'mallory' }],
    ['of an unknown role', { userId: ALICE, role: 'root' }],
    ['without a proper user id', { userId: 'alice' }],
  ])('refuses a token that is %s', async (_, claims) => {
    const token = await secrets.accessToken(claims);
    expect(await post('/api/notes', { text: 'x' }, { cookie: `sc-access=${token}` })).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  });

  it('refuses tokens of another key and unsigned ones', async () => {
    const other = new TestSecrets();
    const foreign = await other.accessToken({ userId: ALICE });
    other.remove();
    const [, payload] = foreign.split('.');
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload ?? ''}.`;
    for (const token of [foreign, unsigned]) {
      expect(await post('/api/notes', { text: 'x' }, { cookie: `sc-access=${token}` })).toMatchObject({ status: 401 });
    }
  });

  it.each([
    ['missing', {}, ['text']],
    ['of the wrong type', { text: 7 }, ['text']],
    ['too long', { text: 'x'.repeat(101) }, ['text']],
    ['with a wrong nested value', { text: 'x', tags: { color: 'green' } }, ['tags.color']],
  ])('refuses a body whose field is %s, and names the field only', async (_, body, fields) => {
    const answer = await post('/api/notes', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request', fields } });
    expect(JSON.stringify(answer.body)).not.toContain('green');
  });

  it.each([
    ['an unknown field', '{"text":"x","extra":1}'],
    ['__proto__', '{"text":"x","__proto__":{"admin":true}}'],
    ['constructor', '{"text":"x","constructor":{"prototype":{}}}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a bare text', '"text"'],
    ['broken JSON', '{"text":'],
    ['nothing', ''],
  ])('refuses a body that is or has %s', async (_, body) => {
    expect(await post('/api/notes', body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });

  it('does not read bodies that a form of another site could send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(await post('/api/notes', '{"text":"x"}', { 'content-type': type })).toMatchObject({ status: 400 });
    }
  });

  it('refuses bodies over the limit of their path', async () => {
    expect(await post('/api/notes', { text: 'x'.repeat(2_000_000) })).toMatchObject({
      status: 413,
      body: { code: 'too-large' },
    });
    expect(await post('/api/notes/large', { text: 'x'.repeat(900_000) })).toMatchObject({ status: 200 });
    expect(await post('/api/notes/large', { text: 'x'.repeat(1_100_000) })).toMatchObject({ status: 413 });
  });

  it('answers a bug with `internal` and nothing else', async () => {
    const answer = await post('/api/notes', { text: 'bug' });
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual({
      type: 'urn:secureconnect:problem:internal',
      title: 'internal',
      status: 500,
      code: 'internal',
    });
  });

  it('answers a violation with its code and an unknown path with not-found', async () => {
    expect(await post('/api/notes', { text: 'forbidden' })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await ask('/api/nothing')).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await ask('/api/notes/by/UPPER', { headers: { cookie } })).toMatchObject({ status: 400 });
    expect(await ask('/api/notes/by/%E0%A4%A', { headers: { cookie } })).toMatchObject({ status: 400 });
  });

  it('[T-114] refuses state-changing requests without an own origin', async () => {
    for (const origin of [
      'https://mallory.example',
      'null',
      `${TEST_ORIGIN}.mallory.example`,
      TEST_ORIGIN.replace('http:', 'https:'),
      '',
    ]) {
      expect(await post('/api/notes', { text: 'x' }, { origin })).toMatchObject({
        status: 403,
        body: { code: 'origin-refused' },
      });
    }
    const without = await ask('/api/notes', {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: '{"text":"x"}',
    });
    expect(without).toMatchObject({ status: 403, body: { code: 'origin-refused' } });
  });

  it('refuses http on any host but this machine, and reads __Host- cookies behind a TLS proxy', async () => {
    const port = new URL(service.publicUrl).port;
    expect(await raw(port, '/api/notes/hello', { host: 'messenger.example' })).toMatchObject({
      status: 403,
      text: expect.stringContaining('insecure-transport'),
    });
    expect(
      await raw(port, '/api/notes/hello', { host: 'messenger.example', 'x-forwarded-proto': 'https' }),
    ).toMatchObject({ status: 200 });
    const byHost = {
      host: 'messenger.example',
      'x-forwarded-proto': 'https',
      cookie: cookie.replace('sc-access', '__Host-sc-access'),
    };
    expect(await raw(port, '/api/notes/by/alice', byHost)).toMatchObject({ status: 200 });
    expect(await raw(port, '/api/notes/by/alice', { ...byHost, cookie })).toMatchObject({ status: 401 });
  });

  describe('internal routes', () => {
    const spellings = [
      '/internal/notes',
      '/INTERNAL/notes',
      '//internal/notes',
      '/internal//notes',
      '/%69nternal/notes',
      '/api/../internal/notes',
      '/internal/notes/',
      '/api/notes/..%2f..%2finternal/notes',
    ];

    it.each([...spellings, '/health/live', '/health/ready', '/metrics', '/Metrics', '/health/../metrics'])(
      'are unreachable on the public port: %s',
      async (path) => {
        const port = new URL(service.publicUrl).port;
        const authorization = secrets.authorization('credits');
        for (const method of ['GET', 'POST']) {
          const answer = await raw(
            port,
            path,
            { authorization, origin: TEST_ORIGIN, cookie, 'x-forwarded-host': '127.0.0.1' },
            method,
          );
          expect(answer).toMatchObject({ status: 404, text: expect.stringContaining('"not-found"') });
        }
      },
    );

    it('serve the named caller on the internal port', async () => {
      const answer = await ask('/internal/notes', {
        base: service.internalUrl,
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: secrets.authorization('credits') },
        body: '{"text":"x"}',
      });
      expect(answer).toMatchObject({ status: 200, body: { caller: 'credits', text: 'x' } });
    });

    it.each([
      ['no token', undefined, 401],
      ['another service', 'admin', 403],
      ['a forged token', `Service credits:${randomBytes(32).toString('base64url')}`, 401],
      ['an unknown caller', `Service mallory:${randomBytes(32).toString('base64url')}`, 401],
      ['__proto__ as caller', `Service __proto__:${randomBytes(32).toString('base64url')}`, 401],
      ['a bearer token', 'Bearer x', 401],
    ])('refuse %s', async (_, given, status) => {
      const authorization = given === 'admin' ? secrets.authorization('admin') : given;
      const headers = { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) };
      expect(
        await ask('/internal/notes', { base: service.internalUrl, method: 'POST', headers, body: '{"text":"x"}' }),
      ).toMatchObject({ status });
    });

    it('public routes do not answer on the internal port', async () => {
      expect(await ask('/api/notes/hello', { base: service.internalUrl })).toMatchObject({ status: 404 });
    });
  });

  it('tells its health and metrics on the internal port', async () => {
    expect(await ask('/health/live', { base: service.internalUrl })).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
    expect(await ask('/health/ready', { base: service.internalUrl })).toMatchObject({
      status: 200,
      body: { checks: { redis: 'ok' } },
    });
    const metrics = await ask('/metrics', { base: service.internalUrl });
    expect(metrics.body.text).toContain('sc_http_request_seconds_bucket');
    expect(metrics.body.text).not.toContain(ALICE);
  });

  it('throttles by route and says how long to wait, also while Redis is away', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) statuses.push((await ask('/api/notes/rare')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await ask('/api/notes/rare');
    expect(refused).toMatchObject({ body: { code: 'throttled', retryAfterSeconds: expect.any(Number) } });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    await redis.pause();
    try {
      const away: number[] = [];
      for (let attempt = 0; attempt < 5; attempt++) away.push((await ask('/api/notes/rare')).status);
      expect(away).toEqual([200, 200, 200, 429, 429]);
      expect(await ask('/health/ready', { base: service.internalUrl })).toMatchObject({
        status: 200,
        body: { status: 'ok', checks: { redis: 'degraded' } },
      });
    } finally {
      await redis.resume();
      await service.app.get(RedisLink).settled(5_000);
    }
  });
});
