import { Problem } from '@secureconnect/contracts/problem';
import type * as z from 'zod';
import type { EventHub } from '../event-hub.js';
import { Refusal } from '../refusal.js';

/** The part of `fetch` that is used; in Node a wrapper with a cookie jar and an Origin header. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpRequest<T> {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly body?: object;
  /** What a good answer looks like. */
  readonly answer: z.ZodType<T>;
  /** Longest answer that is read. */
  readonly maxBytes?: number;
  /** Neither sends the session's cookies nor keeps those of the answer. */
  readonly apart?: boolean;
}

const TIMEOUT_MS = 20_000;
const ANSWER_MAX_BYTES = 65_536;

/** JSON over HTTP with a server that is not trusted: every answer is bounded, decoded strictly and parsed against its schema. */
export class HttpDoor {
  readonly #fetch: Fetch;
  readonly #events: EventHub;

  constructor(fetch: Fetch, events: EventHub) {
    this.#fetch = fetch;
    this.#events = events;
  }

  /** @throws Refusal the server's code, `offline`, or `server-answer-refused` (with an alarm) for an answer that is none */
  async ask<T>({ method, url, body, answer, maxBytes = ANSWER_MAX_BYTES, apart = false }: HttpRequest<T>): Promise<T> {
    let response: Response;
    let text: string | null;
    try {
      response = await this.#fetch(url, {
        method,
        credentials: apart ? 'omit' : 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      text = await readText(response, maxBytes);
    } catch (error) {
      throw error instanceof Refusal ? error : new Refusal('offline');
    }
    if (!response.ok) throw this.#refusalOf(response.status, text);
    const parsed = answer.safeParse(text === null ? undefined : parseJson(text));
    if (!parsed.success) throw this.#distrust();
    return parsed.data;
  }

  #refusalOf(status: number, text: string | null): Refusal {
    const problem = Problem.safeParse(text === null ? undefined : parseJson(text));
    if (problem.success && problem.data.status === status) {
      return new Refusal(problem.data.code, problem.data.retryAfterSeconds, problem.data.ban);
    }
    // The front door speaks for a service that is away, in HTML.
    if (status === 502 || status === 503 || status === 504) return new Refusal('unavailable');
    if (status === 429) return new Refusal('throttled');
    if (status === 413) return new Refusal('too-large');
    return this.#distrust();
  }

  #distrust(): Refusal {
    this.#events.alarm('server-answer-refused');
    return new Refusal('server-answer-refused');
  }
}

/** The body as text; null where it is longer than `maxBytes` or not UTF-8. Never holds more than `maxBytes` and a chunk. */
export async function readText(response: Response, maxBytes: number): Promise<string | null> {
  if (response.body === null) return '';
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel().catch(() => undefined);
      return null;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The value of a JSON text; undefined where it is none (also one nested deeper than the parser goes). */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
