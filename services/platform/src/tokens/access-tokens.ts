import { AccessClaims, TOKEN_AUDIENCE, TOKEN_ISSUER } from '@secureconnect/contracts/auth';
import { errors, importSPKI, jwtVerify, type CryptoKey } from 'jose';
import { Violation } from '../problem/violation.js';
import { callerOf, type CallerIdentity } from './caller.js';

/** Verifies access tokens (JWT, ES256 only, our issuer and audience) with auth's public key, imported once. */
export class AccessTokens {
  private constructor(private readonly key: CryptoKey) {}

  /** @param publicPem - SubjectPublicKeyInfo in PEM (`jwt-public.pem`) */
  static async fromPem(publicPem: string): Promise<AccessTokens> {
    return new AccessTokens(await importSPKI(publicPem, 'ES256'));
  }

  /** @throws Violation `unauthenticated` for a token that is missing, malformed, forged, expired or of another kind */
  async verify(token: string | undefined): Promise<CallerIdentity> {
    if (token === undefined || token.length > 2_000) throw new Violation('unauthenticated');
    try {
      const { payload } = await jwtVerify(token, this.key, {
        algorithms: ['ES256'],
        issuer: TOKEN_ISSUER,
        audience: TOKEN_AUDIENCE,
        requiredClaims: ['exp', 'iat', 'sub'],
      });
      const claims = AccessClaims.safeParse(payload);
      if (!claims.success) throw new Violation('unauthenticated');
      return callerOf(claims.data);
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new Violation('unauthenticated');
      throw error;
    }
  }
}
