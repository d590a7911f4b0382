import * as z from 'zod';
import { EventHub } from '../../src/event-hub.js';
import { HttpDoor } from '../../src/http/http-door.js';
import type { MessengerEvent } from '../../src/messenger.js';

const Answer = z.strictObject({ n: z.int() });

function doorTo(respond: () => Response | Promise<Response>) {
  const events = new EventHub(() => 0);
  const seen: MessengerEvent[] = [];
  events.subscribe((event) => seen.push(event));
  const requests: { url: string; init: RequestInit }[] = [];
  const door = new HttpDoor(async (url, init) => {
    requests.push({ url, init });
    return respond();
  }, events);
  return { door, seen, requests, ask: () => door.ask({ method: 'POST', url: '/x', body: { a: 1 }, answer: Answer }) };
}

const problem = (code: string, status: number, more: object = {}) =>
  new Response(JSON.stringify({ type: `urn:secureconnect:problem:${code}`, title: code, status, code, ...more }), {
    status,
  });

describe('the HTTP door', () => {
  it('gives a parsed answer', async () => {
    const { ask, requests, seen } = doorTo(() => new Response('{"n":3}'));
    expect(await ask()).toEqual({ n: 3 });
    expect(requests[0]!.init).toMatchObject({ method: 'POST', body: '{"a":1}', redirect: 'error' });
    expect(seen).toEqual([]);
  });

  it('passes on the code of a problem, and when to come back', async () => {
    const { ask, seen } = doorTo(() => problem('throttled', 429, { retryAfterSeconds: 7 }));
    await expect(ask()).rejects.toMatchObject({ code: 'throttled', retryAfterSeconds: 7 });
    expect(seen).toEqual([]);
  });

  it('says offline when no answer comes', async () => {
    const { ask } = doorTo(() => Promise.reject(new TypeError('fetch failed')));
    await expect(ask()).rejects.toMatchObject({ code: 'offline' });
  });

  it.each([502, 503, 504])('says unavailable for a bare %d of the front door', async (status) => {
    const { ask, seen } = doorTo(() => new Response('<html>', { status }));
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable' });
    expect(seen).toEqual([]);
  });

  it.each([
    ['no JSON', () => new Response('hello')],
    ['another shape', () => new Response('{"n":"3"}')],
    ['a field too many', () => new Response('{"n":3,"encrypted":false}')],
    ['a __proto__ key', () => new Response('{"n":3,"__proto__":{"admin":true}}')],
    ['bad UTF-8', () => new Response(Uint8Array.of(0x7b, 0xff, 0x7d))],
    ['very deep nesting', () => new Response('['.repeat(60_000))],
    ['a code that is none', () => problem('made-up', 400)],
    ['a problem that lies about its status', () => problem('forbidden', 403, { status: 401 })],
  ])('[T-59] refuses %s, with an alarm', async (_, respond) => {
    const { ask, seen } = doorTo(respond);
    await expect(ask()).rejects.toMatchObject({ code: 'server-answer-refused' });
    expect(seen).toEqual([expect.objectContaining({ type: 'alarm' })]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('[T-59] stops reading an endless answer', async () => {
    let pulled = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(16_384).fill(32));
      },
      cancel() {
        cancelled = true;
      },
    });
    const { ask } = doorTo(() => new Response(endless));
    await expect(ask()).rejects.toMatchObject({ code: 'server-answer-refused' });
    expect(pulled).toBeLessThan(10);
    expect(cancelled).toBe(true);
  });
});
