import { ByteReader } from './byte-reader.js';
import { type Bytes, type Bytes32, SignedFormatError } from './bytes.js';

/** How a password becomes keys (PROTOCOL 2.1). */
export type KdfParams =
  | { readonly bytes: Bytes; readonly kdfId: 1; readonly pbkdf2Iterations: number; readonly salt: Bytes32 }
  | {
      readonly bytes: Bytes;
      readonly kdfId: 2;
      readonly pbkdf2Iterations: number;
      readonly argonKiB: number;
      readonly argonPasses: number;
      readonly argonLanes: number;
      readonly salt: Bytes32;
    };

/** Size in bytes of every KdfParams. */
export const KDF_PARAMS_BYTES = 43;

/** Bounds that client and server check alike (PROTOCOL 2.4). */
export const PBKDF2_MIN_ITERATIONS = 600_000;
export const PBKDF2_MAX_ITERATIONS = 10_000_000;

/** Reads key derivation parameters from inside another structure. Their bounds are not checked here. @throws SignedFormatError */
export function takeKdfParams(reader: ByteReader): KdfParams {
  const from = reader.offset;
  const kdfId = reader.u8();
  const pbkdf2Iterations = reader.u32();
  const argonKiB = reader.u32();
  const argonPasses = reader.u8();
  const argonLanes = reader.u8();
  const salt = reader.fixed(32);
  const bytes = reader.bytes.slice(from, reader.offset);
  if (kdfId === 2) return { bytes, kdfId, pbkdf2Iterations, argonKiB, argonPasses, argonLanes, salt };
  if (kdfId !== 1) throw new SignedFormatError('unknown-id');
  if (argonKiB !== 0 || argonPasses !== 0 || argonLanes !== 0) throw new SignedFormatError('not-canonical');
  return { bytes, kdfId, pbkdf2Iterations, salt };
}

/** Reads 43 bytes of key derivation parameters. Their bounds are not checked here. @throws SignedFormatError */
export function readKdfParams(input: Uint8Array): KdfParams {
  const reader = new ByteReader(input, KDF_PARAMS_BYTES);
  const params = takeKdfParams(reader);
  reader.end();
  return params;
}
