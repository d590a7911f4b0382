import { ByteReader } from '@secureconnect/contracts/signed/byte-reader';
import { type Bytes, type Bytes32, type FixedBytes, SignedFormatError } from '@secureconnect/contracts/signed/bytes';
import { ByteWriter } from '../encoding/byte-writer.js';

/**
 * Where the account of credits ended when any device of its owner checked it last, with the server's signature that it said so (vault item 8):
 * what T-99 is measured by on a device that has never seen the account.
 */
export interface LedgerMark {
  /** Ed25519, of the server's receipts. */
  readonly publicKey: Bytes32;
  /** 0, with a hash of zeros, for an account without lines. */
  readonly line: number;
  readonly hash: Bytes32;
  /** Credits; below zero for a debt. */
  readonly balance: number;
  readonly atMs: number;
  readonly signature: FixedBytes<64>;
}

const LEDGER_MARK_BYTES = 154;

/**
 * Item type 8, 154 bytes: u8 ver | publicKey[32] | u64 line | hash[32] | u8 debt | u64 balance or debt | u64 at | signature[64].
 * @throws SignedFormatError
 */
export function writeLedgerMark(mark: LedgerMark): Bytes {
  const { publicKey, line, hash, balance, atMs, signature } = mark;
  const bytes = new ByteWriter()
    .u8(1)
    .raw(publicKey)
    .u64(line)
    .raw(hash)
    .u8(balance < 0 ? 1 : 0)
    .u64(Math.abs(balance))
    .u64(atMs)
    .raw(signature)
    .finish();
  readLedgerMark(bytes);
  return bytes;
}

/** @throws SignedFormatError */
export function readLedgerMark(content: Uint8Array): LedgerMark {
  const reader = new ByteReader(content, LEDGER_MARK_BYTES);
  reader.version(1);
  const [publicKey, line, hash] = [reader.fixed(32), reader.u64(), reader.fixed(32)] as const;
  const [debt, credits] = [reader.u8(), reader.u64()];
  const [atMs, signature] = [reader.u64(), reader.fixed(64)] as const;
  reader.end();
  if (debt > 1 || (debt === 1 && credits === 0)) throw new SignedFormatError('out-of-range');
  return { publicKey, line, hash, balance: debt === 1 ? -credits : credits, atMs, signature };
}
