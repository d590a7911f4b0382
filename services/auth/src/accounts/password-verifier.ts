import { createHmac, randomBytes } from 'node:crypto';
import type { Secret } from '@secureconnect/platform/config/secret';
import { Violation } from '@secureconnect/platform/problem/violation';
import { compare, hash } from 'bcrypt';

/** More waiting than this, and a caller is asked to come again: they are worked off at a fixed rate. */
const WAITING_MAX = 200;

/**
 * How many run at once: half of the process's thread pool (libuv's default is 4). The other half is for signatures and tokens, which
 * would wait behind every guess of a flood of logins otherwise.
 */
const AT_ONCE = Math.max(1, Math.floor((Number(process.env.UV_THREADPOOL_SIZE) || 4) / 2));

/**
 * bcrypt over the peppered auth secret (PROTOCOL 2): bcrypt(base64(HMAC-SHA256(pepper, authSecret))), 44 characters, in the native
 * library's thread pool. Without the pepper, which is not in the store, a stolen store verifies no guess.
 */
export class PasswordVerifier {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  private constructor(
    private readonly pepper: Secret,
    private readonly cost: number,
    /** Of a random secret that nobody knows: what an unknown user's login is compared with. */
    private readonly nobody: string,
  ) {}

  /** @param cost - bcrypt cost, at least 10 */
  static async create(pepper: Secret, cost: number): Promise<PasswordVerifier> {
    return new PasswordVerifier(pepper, cost, await hash(randomBytes(32).toString('base64'), cost));
  }

  /** @param authSecret - base64url of 32 bytes @throws Violation `unavailable` when too many wait */
  make(authSecret: string): Promise<string> {
    return this.#bounded(() => hash(this.#peppered(authSecret), this.cost));
  }

  /** One bcrypt comparison in every case: without a verifier (unknown user) against one that nobody's secret opens. */
  matches(authSecret: string, verifier: string | null): Promise<boolean> {
    return this.#bounded(
      async () => (await compare(this.#peppered(authSecret), verifier ?? this.nobody)) && verifier !== null,
    );
  }

  #peppered(authSecret: string): string {
    return createHmac('sha256', this.pepper.revealBytes())
      .update(Buffer.from(authSecret, 'base64url'))
      .digest('base64');
  }

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < AT_ONCE) this.#running++;
    else {
      if (this.#waiting.length >= WAITING_MAX) throw new Violation('unavailable', { retryAfterSeconds: 5 });
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
