import type { Histogram } from 'prom-client';
import { Agent, request } from 'undici';
import type * as z from 'zod';
import { Problem } from '@secureconnect/contracts/problem';
import type { Peer, ServiceConfig } from '../config/service-config.js';
import type { Secret } from '../config/secret.js';
import { StartFailure } from '../config/start-failure.js';
import type { Metrics } from '../metrics/metrics.js';
import { PeerRefusal, PeerUnavailable } from './peer-errors.js';

export interface PeerCall<Answer extends z.ZodType> {
  readonly peer: Peer;
  /** Path on the peer's internal port, e.g. `/internal/holds`. */
  readonly path: string;
  /** Sent as JSON by POST; without it the call is a GET. */
  readonly body?: unknown;
  /** Schema of the answer; an answer it refuses is a {@link PeerUnavailable} `malformed-answer`. */
  readonly answer: Answer;
  /** For the whole call, retries included. Default 2000. */
  readonly deadlineMs?: number;
  /** Whether repeating the call is safe; then it is tried anew (up to 3 times in all) on a broken connection or a 503. Default true. */
  readonly idempotent?: boolean;
}

/**
 * Asks other services on their internal ports: keep-alive pool, service token, deadline, parsed answers, typed errors. A service of
 * several replicas is asked at one of them for as long as it answers, then at the next.
 */
export class InternalHttp {
  readonly #pool = new Agent({ connections: 16, pipelining: 1, keepAliveTimeout: 30_000, connect: { timeout: 1_000 } });
  readonly #authorization: Secret | null;
  readonly #seconds: Histogram<'peer' | 'path' | 'outcome'>;
  /** How often each peer was given up for its next replica. */
  readonly #turns = new Map<Peer, number>();

  constructor(
    private readonly config: ServiceConfig,
    metrics: Metrics,
  ) {
    this.#authorization = Object.keys(config.peers).length === 0 ? null : config.secret(`service-${config.name}.token`);
    this.#seconds = metrics.histogram('peer_call_seconds', 'Calls to other services', ['peer', 'path', 'outcome']);
  }

  /**
   * @throws PeerRefusal when the peer answers with a problem
   * @throws PeerUnavailable when it does not answer in time, cannot be reached, or answers nonsense
   */
  async call<Answer extends z.ZodType>(call: PeerCall<Answer>): Promise<z.infer<Answer>> {
    const bases = this.config.peers[call.peer];
    if (bases === undefined || this.#authorization === null) {
      throw new StartFailure(
        `${call.peer.toUpperCase()}_INTERNAL_URL is missing in the environment of ${this.config.name}.`,
      );
    }
    const deadline = performance.now() + (call.deadlineMs ?? 2_000);
    const attempts = call.idempotent === false ? 1 : 3;
    for (let attempt = 1; ; attempt++) {
      const began = performance.now();
      const turn = this.#turns.get(call.peer) ?? 0;
      try {
        const answer = await this.#once(call, bases[turn % bases.length]!, this.#authorization, deadline);
        this.#observe(call, 'ok', began);
        return answer;
      } catch (error) {
        const unavailable = error instanceof PeerUnavailable;
        this.#observe(call, unavailable ? error.reason : 'refused', began);
        if (unavailable) this.#turns.set(call.peer, turn + 1);
        const pauseMs = 20 * 4 ** (attempt - 1) * (0.5 + Math.random());
        if (!unavailable || attempt >= attempts || performance.now() + pauseMs >= deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #once<Answer extends z.ZodType>(
    call: PeerCall<Answer>,
    base: string,
    authorization: Secret,
    deadline: number,
  ): Promise<z.infer<Answer>> {
    let status: number;
    let json: unknown;
    try {
      const response = await request(new URL(call.path, base), {
        dispatcher: this.#pool,
        method: call.body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Service ${this.config.name}:${authorization.reveal()}`,
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now()))),
      });
      status = response.statusCode;
      const text = await response.body.text();
      json = text === '' ? null : JSON.parse(text);
    } catch (error) {
      throw new PeerUnavailable(call.peer, call.path, reasonOf(error));
    }
    if (status >= 400) {
      const problem = Problem.safeParse(json);
      if (status === 503) throw new PeerUnavailable(call.peer, call.path, 'unavailable');
      throw new PeerRefusal(call.peer, call.path, status, problem.data?.code ?? null);
    }
    const answer = call.answer.safeParse(json);
    if (!answer.success) throw new PeerUnavailable(call.peer, call.path, 'malformed-answer');
    return answer.data;
  }

  #observe(call: { peer: Peer; path: string }, outcome: string, began: number): void {
    this.#seconds.observe({ peer: call.peer, path: call.path, outcome }, (performance.now() - began) / 1000);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'malformed-answer';
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : null;
  return name === 'TimeoutError' || name === 'AbortError' ? 'deadline' : 'unreachable';
}
