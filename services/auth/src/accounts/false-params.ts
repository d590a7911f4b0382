import { createHmac } from 'node:crypto';
import type { Username } from '@secureconnect/contracts/ids';
import { KDF_PARAMS_BYTES, PBKDF2_MIN_ITERATIONS } from '@secureconnect/contracts/signed/kdf-params';
import type { Secret } from '@secureconnect/platform/config/secret';

const LABEL = Buffer.from('SecureConnect/1 prelogin-salt\0', 'ascii');

/**
 * KdfParams of users that do not exist: what a new account has today (kdfId 1, 600,000 iterations), with a salt that is always the same
 * for a name. Whoever asks cannot tell them from real ones.
 */
export class FalseParams {
  constructor(private readonly key: Secret) {}

  /** 43 bytes as base64url. */
  of(username: Username): string {
    const params = Buffer.alloc(KDF_PARAMS_BYTES);
    params.writeUInt8(1, 0);
    params.writeUInt32BE(PBKDF2_MIN_ITERATIONS, 1);
    createHmac('sha256', this.key.revealBytes()).update(LABEL).update(username).digest().copy(params, 11);
    return params.toString('base64url');
  }
}
