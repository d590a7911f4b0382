import { createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { StartFailure } from '../config/start-failure.js';
import type { ServiceConfig } from '../config/service-config.js';

const TokenHashes = z.record(z.string().max(50), z.string().regex(/^[0-9a-f]{64}$/));

/** Knows the services that may call this one: `authorization: Service <caller>:<token>`, checked against the token's SHA-256. */
export class ServiceTokens {
  readonly #hashes: ReadonlyMap<string, Buffer>;

  constructor(hashes: Readonly<Record<string, string>>) {
    this.#hashes = new Map(Object.entries(hashes).map(([caller, hex]) => [caller, Buffer.from(hex, 'hex')]));
  }

  /** Reads `service-tokens.json` of SECRETS_DIR. @throws StartFailure when it is not {caller: sha256 hex} */
  static fromConfig(config: ServiceConfig): ServiceTokens {
    try {
      return new ServiceTokens(TokenHashes.parse(JSON.parse(config.secret('service-tokens.json').reveal())));
    } catch (error) {
      if (error instanceof StartFailure) throw error;
      throw new StartFailure(
        `The file service-tokens.json in ${config.secretsDir} does not map callers to SHA-256 hashes of their tokens.`,
      );
    }
  }

  /** The caller's name when header and token are right, null otherwise. */
  callerOf(authorization: string | undefined): string | null {
    const match = /^Service ([a-z-]{1,50}):([A-Za-z0-9_-]{16,200})$/.exec(authorization ?? '');
    const [, caller, token] = match ?? [];
    if (caller === undefined || token === undefined) return null;
    const expected = this.#hashes.get(caller);
    const actual = createHash('sha256').update(token).digest();
    return expected !== undefined && timingSafeEqual(expected, actual) ? caller : null;
  }
}
