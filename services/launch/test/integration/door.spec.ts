import type { Server } from 'node:http';
import { Problem } from '@secureconnect/contracts/problem';
import { fakeReplica, TestedDoor } from './door-with-fakes.js';

const CLOSED_PORT = 1;
/** On every refusal of the door. */
const SAFE = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

describe('the public door', () => {
  const fakes = new Map<string, Server>();
  let door: TestedDoor;

  const fake = async (name: string): Promise<number> => {
    const { port, server } = await fakeReplica(name);
    fakes.set(name, server);
    return port;
  };

  beforeAll(async () => {
    door = new TestedDoor({
      auth: [await fake('auth')],
      credits: [await fake('credits')],
      'messaging-gateway': [await fake('gateway-1'), await fake('gateway-2'), await fake('gateway-3')],
      signaling: [await fake('signaling-1'), await fake('signaling-2')],
      admin: [CLOSED_PORT],
    });
    await door.open();
  });

  afterAll(async () => {
    await door.close();
    for (const server of fakes.values()) server.close().closeAllConnections();
  });

  describe('serves the app', () => {
    it('with word on which hosts servers may stand that help calls', async () => {
      const answer = await door.ask('/relays.json');
      expect(answer).toMatchObject({ status: 200, body: '["relay.example","[2001:db8::7]"]' });
      expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    });

    it('as a page that is never kept, with a nonce of its own for styles', async () => {
      const [first, second] = [await door.ask('/'), await door.ask('/')];
      expect(first.status).toBe(200);
      expect(first.headers['cache-control']).toBe('no-store');
      const nonce = /ngCspNonce="([0-9a-f]{32})"/.exec(first.body)?.[1];
      expect(nonce).toBeDefined();
      expect(first.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
      expect(second.body).not.toContain(nonce!);
    });

    it('as the same page at every place inside the app', async () => {
      for (const path of ['/chats', '/chats/alice.b', '/admin/users?page=2']) {
        const answer = await door.ask(path);
        expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
        expect(answer.body).toContain('<sc-shell ngCspNonce=');
      }
    });

    it('as files that are kept for ever when their name carries their hash', async () => {
      const answer = await door.ask('/main-AB12CD34.js');
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(answer.headers['content-type']).toBe('text/javascript');
      expect((await door.ask('/favicon.svg')).headers['cache-control']).toBe('no-cache');
    });

    it('and not as a page in the place of a script that is gone', async () => {
      const answer = await door.ask('/main-AB12CD35.js');
      expect(answer.status).toBe(404);
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'text/plain' });
    });

    it('[T-107] [T-113] [T-115] with nothing allowed that it does not need: no inline or foreign script, no frame', async () => {
      for (const path of ['/', '/main-AB12CD34.js', '/favicon.svg']) {
        const { headers } = await door.ask(path);
        const policy = headers['content-security-policy'] as string;
        for (const part of [
          "default-src 'none'",
          "script-src 'self'",
          "worker-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'self'",
          "form-action 'self'",
          "require-trusted-types-for 'script'",
          `connect-src 'self' ws://localhost:${door.httpPort} wss://localhost:${door.httpPort};`,
        ]) {
          expect(policy).toContain(part);
        }
        expect(policy).not.toMatch(/unsafe-|https?:|\*/);
        expect(headers).toMatchObject({
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-resource-policy': 'same-origin',
          'x-frame-options': 'DENY',
        });
        expect(headers['permissions-policy']).toContain('microphone=(self)');
        expect(headers['permissions-policy']).toContain('camera=(self)');
      }
    });
  });

  describe('leads to the services', () => {
    it.each([
      ['/api/auth/me', 'auth'],
      ['/api/credits/balance', 'credits'],
      ['/api/messaging/conversations', /^gateway-[123]$/],
      ['/api/signaling/turn', /^signaling-[12]$/],
    ])('%s', async (path, replica) => {
      const seen = await door.echo(`${path}?a=1%20b`);
      expect(seen.replica).toMatch(replica);
      expect(seen.url).toBe(`${path}?a=1%20b`);
    });

    it('and passes both cookies on, and the service’s own refusals as they are', async () => {
      const answer = await door.ask('/api/auth/login?status=503', { method: 'POST', body: '{}' });
      expect(answer.headers['set-cookie']).toHaveLength(2);
      expect(answer.status).toBe(503);
      expect(JSON.parse(answer.body)).toMatchObject({ replica: 'auth', method: 'POST' });
    });

    it('and never lets an answer be kept, framed or run', async () => {
      const { headers } = await door.ask('/api/auth/me');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers['x-powered-by']).toBeUndefined();
    });

    it('and says itself who calls, by what scheme and host, whatever the caller claims', async () => {
      const claims = {
        'x-forwarded-for': '6.6.6.6',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil.example',
        'x-real-ip': '6.6.6.6',
        forwarded: 'for=6.6.6.6;proto=https',
      };
      const { headers } = await door.echo('/api/auth/me', { headers: claims });
      expect(headers).toMatchObject({
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': `localhost:${door.httpPort}`,
      });
      expect(JSON.stringify(headers)).not.toMatch(/6\.6\.6\.6|evil/);
    });

    it('and says https when it was https', async () => {
      const { headers } = await door.echo('/api/auth/me', { secure: true });
      expect(headers).toMatchObject({ 'x-forwarded-proto': 'https', host: `localhost:${door.httpsPort}` });
    });

    it('[T-114] and passes on the origin, which the services check', async () => {
      const { headers } = await door.echo('/api/auth/me', {
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      });
      expect(headers).toMatchObject({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
    });
  });

  describe('keeps sockets together', () => {
    const replicaOf = async (key: string): Promise<string> =>
      (await door.echo(`/socket/messaging/?EIO=4&transport=polling&k=${key}`)).replica;

    it('leads one key to one replica, and keys to all replicas', async () => {
      const seen = new Map<string, number>();
      for (let key = 0; key < 60; key += 1) {
        const replica = await replicaOf(`key-${key}`);
        expect(await replicaOf(`key-${key}`)).toBe(replica);
        seen.set(replica, (seen.get(replica) ?? 0) + 1);
      }
      expect([...seen.keys()].sort()).toEqual(['gateway-1', 'gateway-2', 'gateway-3']);
      for (const count of seen.values()) expect(count).toBeGreaterThan(8);
    });

    it('upgrades to a WebSocket at the same replica', async () => {
      for (const key of ['a', 'b', 'c', 'd']) {
        const headers = {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
          'sec-websocket-version': '13',
        };
        const answer = await door.ask(`/socket/messaging/?EIO=4&transport=websocket&k=${key}`, { headers });
        expect(answer.status).toBe(101);
        expect(answer.headers['x-replica']).toBe(await replicaOf(key));
      }
    });

    it('takes polls as large as a few frames', async () => {
      const answer = await door.ask('/socket/signaling/?k=1', { method: 'POST', body: Buffer.alloc(1_000_000) });
      expect(answer.status).toBe(200);
    });

    it('leads the keys of a replica that went away to the others, and leaves theirs alone', async () => {
      const keys = Array.from({ length: 30 }, (_, index) => `moving-${index}`);
      const before = await Promise.all(keys.map(replicaOf));
      const gone = fakes.get('gateway-2')!;
      gone.close();
      gone.closeAllConnections();
      const after = await Promise.all(keys.map(replicaOf));
      expect(after).not.toContain('gateway-2');
      for (const [index, replica] of before.entries()) if (replica !== 'gateway-2') expect(after[index]).toBe(replica);
    });
  });

  describe('refuses', () => {
    it.each([
      '/internal/users/lookup',
      '/internal',
      '/metrics',
      '/health/live',
      '/health/ready',
      '/api/auth/../../internal/users/lookup',
      '/api/auth/%2e%2e/%2e%2e/internal/users',
      '/api/auth/..%2f..%2finternal/users',
      '//internal/users',
      '/api/auth//../../metrics',
      '/socket/messaging/../../internal/x',
      '/API/auth/me/../../../internal/x',
    ])('to open an inner path: %s', async (path) => {
      const answer = await door.ask(path);
      expect(answer.body).not.toContain('"replica"');
      expect([200, 400, 404]).toContain(answer.status);
      if (answer.status === 200) expect(answer.body).toContain('<sc-shell');
    });

    it.each(['/api/', '/api/nobody/x', '/socket/', '/socket/nobody/'])(
      'a service that is not there, as a problem: %s',
      async (path) => {
        const answer = await door.ask(path);
        expect(answer.status).toBe(404);
        expect(answer.headers['content-type']).toBe('application/problem+json');
        expect(JSON.parse(answer.body)).toMatchObject({ code: 'not-found', status: 404 });
      },
    );

    it('a body larger than a vault for auth, and larger than a request for the others', async () => {
      const post = (path: string, size: number) => door.ask(path, { method: 'POST', body: Buffer.alloc(size) });
      expect((await post('/api/auth/vault', 2_097_152)).status).toBe(200);
      expect((await post('/api/credits/x', 300_000)).status).toBe(200);
      const answer = await post('/api/credits/x', 400_000);
      expect(answer.status).toBe(413);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'too-large', type: 'urn:secureconnect:problem:too-large' });
      expect((await post('/api/auth/vault', 2_300_000)).status).toBe(413);
    });

    it('in words of the wire when a service is away', async () => {
      const answer = await door.ask('/api/admin/users');
      expect(answer.status).toBe(503);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.headers['retry-after']).toBe('1');
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'unavailable', status: 503, retryAfterSeconds: 1 });
    });

    it('a host that is not one of this server’s, except to say that it is well', async () => {
      const evil = { headers: { host: 'evil.example' } };
      for (const path of ['/', '/chats', '/main-AB12CD34.js', '/refused/page']) {
        const answer = await door.ask(path, evil);
        expect(answer).toMatchObject({ status: path === '/refused/page' ? 404 : 421 });
        expect(answer.headers).toMatchObject({ 'content-type': 'text/plain', ...SAFE });
      }
      expect((await door.ask('/', evil)).body).toContain('SECURECONNECT_PUBLIC_ORIGINS');
      for (const path of ['/api/auth/me', '/socket/messaging/'])
        expect(JSON.parse((await door.ask(path, evil)).body)).toMatchObject({ status: 421, code: 'origin-refused' });
      expect((await door.ask('/healthz', evil)).status).toBe(200);
    });

    it.each([
      ['GET', '/internal/x', 404, 'not-found'],
      ['GET', '/refused/wire', 404, 'not-found'],
      ['GET', '/main-AB12CD35.js', 404, 'not-found'],
      ['POST', '/chats', 405, 'method-not-allowed'],
      ['TRACE', '/', 405, 'method-not-allowed'],
      ['GET', '/%00', 400, 'invalid-request'],
      ['TRACE', '/api/auth/me', 405, 'method-not-allowed'],
      ['GET', '/api/auth/%00', 400, 'invalid-request'],
      ['GET', '/api/auth/../../internal/x', 404, 'not-found'],
      ['DELETE', '/socket/messaging/?sid=x', 405, 'method-not-allowed'],
    ] as const)(
      'what is wrong by itself, in words or as a problem, and as safely: %s %s',
      async (method, path, status, code) => {
        const answer = await door.ask(path, { method });
        expect(answer.status).toBe(status);
        expect(answer.headers).toMatchObject(SAFE);
        if (/^\/(api|socket)/.test(path)) {
          expect(answer.headers['content-type']).toBe('application/problem+json');
          expect(Problem.parse(JSON.parse(answer.body))).toMatchObject({ status, code });
        } else {
          expect(answer.headers['content-type']).toBe('text/plain');
          expect(answer.body).toMatch(/^[A-Z][^<>]+\.\n$/);
        }
      },
    );

    it('a request without a host, and http at the port of https, which it sends to the right one', async () => {
      const bare = await door.say(`GET /api/auth/me HTTP/1.1\r\nConnection: close\r\n\r\n`);
      expect(bare).toMatch(/^HTTP\/1.1 400 /);
      expect(bare).toContain('"code":"invalid-request"');
      const host = `localhost:${door.httpsPort}`;
      const plain = await door.say(`GET /chats?a=b HTTP/1.1\r\nHost: ${host}\r\n\r\n`, door.httpsPort);
      expect(plain).toMatch(/^HTTP\/1.1 308 /);
      expect(plain).toContain(`\r\nLocation: https://${host}/chats?a=b\r\n`);
    });

    it('to speak http to a name whose home is https', async () => {
      const answer = await door.ask('/chats?x=1', { headers: { host: `chat.example:${door.httpPort}` } });
      expect(answer.status).toBe(308);
      expect(answer.headers.location).toBe('https://chat.example/chats?x=1');
    });

    it('a header and an address that are too long', async () => {
      const long = await door.ask(`/${'x'.repeat(9_000)}`);
      expect(long).toMatchObject({ status: 414, body: 'This address is too long.\n' });
      expect(long.headers).toMatchObject(SAFE);
      const answer = await door.ask('/', { headers: { cookie: 'x'.repeat(40_000) } });
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('cookies') });
      expect(answer.headers).toMatchObject(SAFE);
    });
  });

  describe('bars http for the future', () => {
    it('for a public name by https', async () => {
      const answer = await door.ask('/', { secure: true, headers: { host: 'chat.example' } });
      expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
    });

    it('never for localhost, whose http port has to stay usable, nor by http', async () => {
      expect((await door.ask('/', { secure: true })).headers['strict-transport-security']).toBeUndefined();
      expect((await door.ask('/')).headers['strict-transport-security']).toBeUndefined();
    });
  });

  it('throttles a flood from one address in words of the wire, and lets it in again', async () => {
    const answers = await Promise.all(Array.from({ length: 700 }, () => door.ask('/api/credits/flood')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(400);
    expect(refused.length).toBeGreaterThan(0);
    expect(JSON.parse(refused[0]!.body)).toMatchObject({ code: 'throttled', retryAfterSeconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await door.ask('/api/credits/flood')).status).toBe(200);
  });
});

describe('the public door behind a trusted proxy', () => {
  let door: TestedDoor;
  let server: Server;

  beforeAll(async () => {
    const auth = await fakeReplica('auth');
    server = auth.server;
    door = new TestedDoor({ auth: [auth.port], credits: [1], 'messaging-gateway': [1], signaling: [1], admin: [1] });
    await door.open({ trustedProxies: ['127.0.0.1'] });
  });
  afterAll(async () => {
    await door.close();
    server.close().closeAllConnections();
  });

  it('believes the caller’s address and scheme that the proxy names', async () => {
    const { headers } = await door.echo('/api/auth/me', {
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', host: 'chat.example' },
    });
    expect(headers).toMatchObject({
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      host: 'chat.example',
    });
  });

  it('does not send to https whoever came by https to the proxy', async () => {
    const answer = await door.ask('/', { headers: { 'x-forwarded-proto': 'https', host: 'chat.example' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  });
});
