import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { readServiceConfig } from '../../src/config/service-config.js';
import { InternalHttp } from '../../src/internal-http/internal-http.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { Violation } from '../../src/problem/violation.js';
import { freePort } from '../../src/testing/ports.js';
import { serviceEnvironment } from '../../src/testing/service-environment.js';
import { TestSecrets } from '../../src/testing/test-secrets.js';

jest.setTimeout(60_000);

const Answer = z.strictObject({ count: z.int() });

describe('a call to another service', () => {
  const secrets = new TestSecrets();
  let server: Server;
  let handle: (request: IncomingMessage, response: ServerResponse, attempt: number) => void;
  let attempts: number;
  let http: InternalHttp;

  const client = (url: string) => {
    const environment = serviceEnvironment({
      storeFile: '/dev/null',
      redisUrl: 'redis://127.0.0.1:1',
      secrets,
      extra: { CREDITS_INTERNAL_URL: url },
    });
    return new InternalHttp(
      readServiceConfig('messaging-gateway', environment, z.object({})),
      new Metrics({ service: 'test', replicaId: 'test' }),
    );
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      handle(request, response, ++attempts);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    http = client(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  });

  beforeEach(() => {
    attempts = 0;
  });

  afterAll(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
    secrets.remove();
  });

  const reply = (response: ServerResponse, status: number, body: unknown) => {
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const call = (options: { deadlineMs?: number; idempotent?: boolean } = {}) =>
    http.call({ peer: 'credits', path: '/internal/holds', body: { holds: [] }, answer: Answer, ...options });

  it('carries the service token and gives the parsed answer', async () => {
    let authorization: string | undefined;
    handle = (request, response) => {
      authorization = request.headers.authorization;
      reply(response, 200, { count: 3 });
    };
    expect(await call()).toEqual({ count: 3 });
    expect(authorization).toBe(secrets.authorization('messaging-gateway'));
  });

  it('keeps its connections', async () => {
    const ports = new Set<number | undefined>();
    handle = (request, response) => {
      ports.add(request.socket.remotePort);
      reply(response, 200, { count: 1 });
    };
    for (let round = 0; round < 10; round++) await call();
    expect(ports.size).toBeLessThan(4);
  });

  it('is refused with the code of the problem, without a second try', async () => {
    handle = (_, response) => {
      reply(response, 403, new Violation('forbidden').toProblem());
    };
    await expect(call()).rejects.toMatchObject({ name: 'PeerRefusal', status: 403, code: 'forbidden' });
    expect(attempts).toBe(1);
  });

  it.each([
    ['malformed-answer', 'an answer of another shape', 200, { count: 'three' }],
    ['malformed-answer', 'an answer with more than was agreed', 200, { count: 1, more: true }],
    ['malformed-answer', 'an answer that is no JSON', 200, '<html>'],
    ['unavailable', 'a peer that is draining', 503, new Violation('unavailable').toProblem()],
  ])('is %s for %s', async (reason, _, status, body) => {
    handle = (__, response) => {
      reply(response, status, body);
    };
    await expect(call()).rejects.toMatchObject({ name: 'PeerUnavailable', reason });
    expect(attempts).toBe(3);
  });

  it('succeeds when a later try does', async () => {
    handle = (request, response, attempt) => {
      if (attempt === 1) request.socket.destroy();
      else if (attempt === 2) reply(response, 503, {});
      else reply(response, 200, { count: attempt });
    };
    expect(await call()).toEqual({ count: 3 });
  });

  it('is tried once when repeating it is not safe', async () => {
    handle = (request) => {
      request.socket.destroy();
    };
    await expect(call({ idempotent: false })).rejects.toMatchObject({ reason: 'unreachable' });
    expect(attempts).toBe(1);
  });

  it('ends at its deadline, retries included', async () => {
    handle = () => undefined;
    const began = performance.now();
    await expect(call({ deadlineMs: 200 })).rejects.toMatchObject({ name: 'PeerUnavailable', reason: 'deadline' });
    expect(performance.now() - began).toBeLessThan(600);
  });

  it('is unreachable at once where nobody listens', async () => {
    const nobody = client(`http://127.0.0.1:${String(await freePort())}`);
    const began = performance.now();
    await expect(nobody.call({ peer: 'credits', path: '/x', answer: Answer })).rejects.toMatchObject({
      reason: 'unreachable',
    });
    expect(performance.now() - began).toBeLessThan(1_500);
    await nobody.close();
  });

  it('goes to the next replica when one is gone, and stays with it', async () => {
    handle = (_, response) => {
      reply(response, 200, { count: attempts });
    };
    const gone = `http://127.0.0.1:${String(await freePort())}`;
    const here = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const both = client(`${gone}, ${here}`);
    for (const count of [1, 2, 3])
      expect(await both.call({ peer: 'credits', path: '/x', answer: Answer })).toEqual({ count });
    await expect(both.call({ peer: 'credits', path: '/x', answer: Answer, idempotent: false })).resolves.toEqual({
      count: 4,
    });
    await both.close();
  });

  it('refuses a list of replicas with one that is no address', () => {
    expect(() => client('http://127.0.0.1:1,credits:7001')).toThrow(/CREDITS_INTERNAL_URL/);
  });

  it('names the missing setting of a peer that is not configured', async () => {
    await expect(http.call({ peer: 'signaling', path: '/x', answer: Answer })).rejects.toThrow(
      /SIGNALING_INTERNAL_URL/,
    );
  });
});
