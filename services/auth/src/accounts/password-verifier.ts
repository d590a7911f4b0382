import { createHmac, randomBytes } from 'node:crypto';
import type { Secret } from '@secureconnect/platform/config/secret';
import { BcryptThreads } from './bcrypt-threads.js';

/**
 * bcrypt over the peppered auth secret (PROTOCOL 2): bcrypt(base64(HMAC-SHA256(pepper, authSecret))), 44 characters, in threads of
 * its own. Without the pepper, which is not in the store, a stolen store verifies no guess.
 */
export class PasswordVerifier {
  private constructor(
    private readonly threads: BcryptThreads,
    private readonly pepper: Secret,
    private readonly cost: number,
    /** Of a random secret that nobody knows: what an unknown user's login is compared with. */
    private readonly nobody: string,
  ) {}

  /** @param cost - bcrypt cost, at least 10 */
  static async create(pepper: Secret, cost: number): Promise<PasswordVerifier> {
    const threads = new BcryptThreads();
    try {
      const nobody = await threads.hash(randomBytes(32).toString('base64'), cost);
      return new PasswordVerifier(threads, pepper, cost, nobody);
    } catch (error) {
      await threads.close();
      throw error;
    }
  }

  /** @param authSecret - base64url of 32 bytes @throws Violation `unavailable` when too many wait */
  make(authSecret: string): Promise<string> {
    return this.threads.hash(this.#peppered(authSecret), this.cost);
  }

  /**
   * One bcrypt comparison in every case: without a verifier (unknown user) against one that nobody's secret opens.
   * @throws Violation `unavailable` when too many wait
   */
  async matches(authSecret: string, verifier: string | null): Promise<boolean> {
    const isEqual = await this.threads.compare(this.#peppered(authSecret), verifier ?? this.nobody);
    return isEqual && verifier !== null;
  }

  /** Ends the threads: called by the module when the service ends. */
  async onModuleDestroy(): Promise<void> {
    await this.threads.close();
  }

  #peppered(authSecret: string): string {
    return createHmac('sha256', this.pepper.revealBytes())
      .update(Buffer.from(authSecret, 'base64url'))
      .digest('base64');
  }
}
