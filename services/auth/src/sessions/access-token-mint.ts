import { TOKEN_AUDIENCE, TOKEN_ISSUER } from '@secureconnect/contracts/auth';
import type { Role } from '@secureconnect/contracts/ids';
import type { Secret } from '@secureconnect/platform/config/secret';
import { StartFailure } from '@secureconnect/platform/config/start-failure';
import { importPKCS8, SignJWT, type CryptoKey } from 'jose';
import type { NewSession } from '../store/session-rows.js';

/** How long an access token counts. */
export const ACCESS_LIFETIME_SECONDS = 600;

/** Signs access tokens (JWT, ES256). The only holder of the private key. */
export class AccessTokenMint {
  private constructor(private readonly key: CryptoKey) {}

  /** @throws StartFailure when the text is not a PKCS#8 P-256 key */
  static async fromPem(pem: Secret): Promise<AccessTokenMint> {
    try {
      return new AccessTokenMint(await importPKCS8(pem.reveal(), 'ES256'));
    } catch {
      throw new StartFailure('The file jwt-private.pem is not an ES256 private key; create the secrets again.');
    }
  }

  async mint(session: NewSession, role: Role, nowMs: number): Promise<{ token: string; expiresAtMs: number }> {
    const issuedAt = Math.floor(nowMs / 1000);
    const expiresAt = issuedAt + ACCESS_LIFETIME_SECONDS;
    const token = await new SignJWT({
      sid: session.sessionId,
      role,
      ...(session.deviceId === null ? {} : { did: session.deviceId }),
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
      .setSubject(session.userId)
      .setIssuer(TOKEN_ISSUER)
      .setAudience(TOKEN_AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.key);
    return { token, expiresAtMs: expiresAt * 1000 };
  }
}
