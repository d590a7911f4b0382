import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import {
  type KdfParams,
  PBKDF2_MAX_ITERATIONS,
  PBKDF2_MIN_ITERATIONS,
  readKdfParams,
} from '@secureconnect/contracts/signed/kdf-params';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { Primitives } from '../primitives/primitives.js';

/** Parameters that this version derives with. */
export type UsableKdfParams = Extract<KdfParams, { kdfId: 1 }>;

/** Fresh parameters for a new password, 43 bytes: PBKDF2 with 600,000 iterations and a salt of 32 random bytes. */
export function newKdfParams(p: Primitives): Bytes {
  return new ByteWriter().u8(1).u32(PBKDF2_MIN_ITERATIONS).u32(0).u8(0).u8(0).raw(p.randomBytes(32)).finish();
}

function read(bytes: Uint8Array): KdfParams {
  try {
    return readKdfParams(bytes);
  } catch {
    throw new CryptoError('kdf-refused');
  }
}

function guard(params: KdfParams): UsableKdfParams {
  if (params.kdfId === 2) throw new CryptoError('kdf-unsupported');
  const { pbkdf2Iterations } = params;
  if (pbkdf2Iterations < PBKDF2_MIN_ITERATIONS || pbkdf2Iterations > PBKDF2_MAX_ITERATIONS) {
    throw new CryptoError('kdf-refused');
  }
  return params;
}

/**
 * What the server says about key derivation, believed only within bounds; called before anything is derived (PROTOCOL 2.4, THREATS 2,
 * 3, 4, 7). `floor` is the strongest KdfParams that this device has seen for the account.
 * @throws CryptoError `kdf-refused` for an unknown kdfId, a number out of bounds or a salt that is not 32 bytes; `kdf-unsupported` for
 *   kdfId 2, known and not built; `kdf-lowered` below the floor
 */
export function guardKdfParams(bytes: Uint8Array, floor?: Uint8Array | null): UsableKdfParams {
  const params = read(bytes);
  if (floor !== undefined && floor !== null) {
    const known = read(floor);
    if (params.kdfId < known.kdfId || params.pbkdf2Iterations < known.pbkdf2Iterations) {
      throw new CryptoError('kdf-lowered');
    }
  }
  return guard(params);
}
