import type { ByteReader } from './byte-reader.js';
import type { FixedBytes } from './bytes.js';
import { KEY_SIZES } from './public-keys.js';

/** Both signatures of an account (PROTOCOL 4): a structure stands only when both verify. */
export interface AccountSignatures {
  readonly ed25519: FixedBytes<64>;
  readonly mldsa65: FixedBytes<3309>;
}

export function readAccountSignatures(reader: ByteReader): AccountSignatures {
  return { ed25519: reader.fixed(KEY_SIZES.ed25519Signature), mldsa65: reader.fixed(KEY_SIZES.mldsa65Signature) };
}

/** Size in bytes of `AccountSignatures`. */
export const ACCOUNT_SIGNATURES_BYTES = KEY_SIZES.ed25519Signature + KEY_SIZES.mldsa65Signature;
