import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '@secureconnect/contracts/auth';
import { importPKCS8, SignJWT } from 'jose';
import { SERVICE_NAMES } from '../config/service-config.js';

/** Who may call internal ports: the services, and the launcher for its one question to admin. */
const CALLERS = [...SERVICE_NAMES, 'launch'] as const;
export type TestCaller = (typeof CALLERS)[number];

/** Claims of a test token; what is left out gets a value that a valid token has. */
export interface TestClaims {
  readonly userId: string;
  readonly sessionId?: string;
  readonly deviceId?: string | null;
  readonly role?: string;
  readonly lifetimeSeconds?: number;
  readonly issuer?: string;
  readonly audience?: string;
}

/** A folder with the secrets of all services, fresh keys every time, and the means to play auth and the other services. */
export class TestSecrets {
  readonly folder = mkdtempSync(join(tmpdir(), 'sc-secrets-'));
  readonly #privatePem: string;
  readonly #tokens = new Map<TestCaller, string>();

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    this.#write('jwt-private.pem', this.#privatePem);
    this.#write('jwt-public.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString());
    for (const name of ['pepper.key', 'refresh.key', 'prelogin.key', 'receipts.key', 'admin-bootstrap.token'])
      this.#write(name, randomBytes(32).toString('base64url'));
    for (const service of CALLERS) {
      const token = randomBytes(32).toString('base64url');
      this.#tokens.set(service, token);
      this.#write(`service-${service}.token`, token);
    }
    const hashes = [...this.#tokens].map(([service, token]) => [
      service,
      createHash('sha256').update(token).digest('hex'),
    ]);
    this.#write('service-tokens.json', JSON.stringify(Object.fromEntries(hashes)));
  }

  /** An access token as auth would sign it. */
  async accessToken(claims: TestClaims): Promise<string> {
    const sessionId = claims.sessionId ?? randomBytes(16).toString('hex');
    const deviceId = claims.deviceId === undefined ? randomBytes(16).toString('hex') : claims.deviceId;
    const nowSeconds = Math.floor(Date.now() / 1000);
    return new SignJWT({ sid: sessionId, role: claims.role ?? 'user', ...(deviceId === null ? {} : { did: deviceId }) })
      .setProtectedHeader({ alg: 'ES256' })
      .setSubject(claims.userId)
      .setIssuer(claims.issuer ?? TOKEN_ISSUER)
      .setAudience(claims.audience ?? TOKEN_AUDIENCE)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + (claims.lifetimeSeconds ?? 600))
      .sign(await importPKCS8(this.#privatePem, 'ES256'));
  }

  /** The `authorization` header with which `service` calls the others. */
  authorization(service: TestCaller): string {
    return `Service ${service}:${this.#tokens.get(service) ?? ''}`;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name: string, text: string): void {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, name), text, { mode: 0o600 });
  }
}
