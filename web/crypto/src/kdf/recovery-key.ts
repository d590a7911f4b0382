import { type Bytes, type Bytes16, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import { label, labelled } from '@secureconnect/contracts/signed/labels';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import { equalBytes } from '../encoding/equal.js';
import { toUtf8 } from '../encoding/text.js';
import type { AesKey, Primitives } from '../primitives/primitives.js';
import { normalizeUsername } from './username.js';

declare const secret: unique symbol;
/** 32 random bytes that open the vault without the password. Shown once to a person, and kept nowhere. */
export type RecoveryKey = Bytes32 & { readonly [secret]: 'recovery' };
/** Proves the recovery key to the server; base64url of it is the only thing derived from the key that is sent. */
export type RecoverySecret = Bytes32 & { readonly [secret]: 'recovery-auth' };
/** Opens the vault's recovery slot. */
export type RecoveryKek = AesKey & { readonly [secret]: 'recovery-kek' };

/** Crockford's base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHECK_BYTES = 3;
/** 35 bytes are 56 characters: fourteen groups of four. */
const CHARACTERS = 56;
const GROUP = 4;

const checkOf = async (p: Primitives, key: Uint8Array): Promise<Bytes> =>
  (await p.sha256(labelled('recovery-check', key))).slice(0, CHECK_BYTES);

export function newRecoveryKey(p: Primitives): RecoveryKey {
  return p.randomBytes(32) as RecoveryKey;
}

/** The key as a person writes it down (PROTOCOL 2.8): 56 characters in groups of four with hyphens between, 69 in all. */
export async function formatRecoveryKey(p: Primitives, key: RecoveryKey): Promise<string> {
  const bytes = concatBytes(key, await checkOf(p, key));
  let text = '';
  for (let index = 0; index < CHARACTERS; index++) {
    const bit = 5 * index;
    const window = (bytes[bit >> 3]! << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    if (index > 0 && index % GROUP === 0) text += '-';
    text += ALPHABET.charAt((window >> (11 - (bit & 7))) & 31);
  }
  return text;
}

/**
 * Reads what a person types: in any case, with any spaces and hyphens, O for 0, I and L for 1. A slip is found by the checksum, 24 bits
 * of a hash. @throws CryptoError `recovery-key-mistyped`
 */
export async function parseRecoveryKey(p: Primitives, text: string): Promise<RecoveryKey> {
  const characters = text
    .slice(0, 1_000)
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\p{Dash}]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  const bytes = new Uint8Array((CHARACTERS * 5) / 8);
  let held = 0;
  let bits = 0;
  let written = 0;
  for (const character of characters) {
    const value = ALPHABET.indexOf(character);
    if (value < 0 || characters.length !== CHARACTERS) throw new CryptoError('recovery-key-mistyped');
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes[written++] = (held >> (bits -= 8)) & 0xff;
  }
  const key = bytes.slice(0, 32);
  if (written !== bytes.length || !equalBytes(bytes.subarray(32), await checkOf(p, key))) {
    throw new CryptoError('recovery-key-mistyped');
  }
  return key as RecoveryKey;
}

/** What the server is shown instead of the password (PROTOCOL 2.9). Bound to the name. @throws CryptoError `username-invalid` */
export async function recoverySecret(
  p: Primitives,
  input: { readonly recoveryKey: RecoveryKey; readonly username: string },
): Promise<RecoverySecret> {
  const user = new ByteWriter().op16(toUtf8(normalizeUsername(input.username))).finish();
  const key = await p.importHkdf(input.recoveryKey);
  return (await p.hkdf(key, EMPTY, labelled('recovery-auth', user), 32)) as RecoverySecret;
}

/** What opens the recovery slot (PROTOCOL 2.9). Bound to the user, and to no server's share: the key alone is 256 bits. */
export async function recoveryKek(
  p: Primitives,
  input: { readonly recoveryKey: RecoveryKey; readonly userId: Bytes16 },
): Promise<RecoveryKek> {
  const key = await p.importHkdf(input.recoveryKey);
  const bytes = await p.hkdf(key, EMPTY, concatBytes(label('recovery-kek'), input.userId), 32);
  return (await p.importAes(bytes)) as RecoveryKek;
}

const EMPTY: Bytes = new Uint8Array(0);
