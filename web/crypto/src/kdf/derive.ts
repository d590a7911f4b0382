import { asBytes32, type Bytes, type Bytes16, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import { label, labelled } from '@secureconnect/contracts/signed/labels';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import { isWellFormed, toUtf8 } from '../encoding/text.js';
import { hkdfExpand32, hkdfExtract } from '../hazmat/hkdf-steps.js';
import type { AesKey, Primitives } from '../primitives/primitives.js';
import { guardKdfParams } from './params.js';
import { normalizeUsername } from './username.js';

declare const secret: unique symbol;
/** Proves the password to the server; base64url of it is the only thing derived from the password that is sent. */
export type AuthSecret = Bytes32 & { readonly [secret]: 'auth' };
/** Half of what opens the vault; never leaves the worker. The other half is the server's share. */
export type VaultPre = Bytes32 & { readonly [secret]: 'vault-pre' };
/** Opens the vault's password slot. */
export type VaultKek = AesKey & { readonly [secret]: 'vault-kek' };

/** Longest password in UTF-16 units; a bound on work, not on strength. */
export const PASSWORD_MAX_LENGTH = 1_024;

export interface PasswordInput {
  readonly username: string;
  readonly password: string;
  /** KdfParams as the server gave them, 43 bytes. */
  readonly kdfParams: Uint8Array;
  /** The strongest KdfParams that this device has seen for the account. */
  readonly floor?: Uint8Array | null;
}

/**
 * PROTOCOL 2.3. The parameters are guarded before anything is derived; the salt is mixed with the username, so that a salt which the
 * server gives to two accounts makes different keys [T-6].
 * @throws CryptoError `kdf-refused`, `kdf-unsupported`, `kdf-lowered`, `username-invalid`, `password-invalid`
 */
export async function deriveFromPassword(
  p: Primitives,
  input: PasswordInput,
): Promise<{ readonly authSecret: AuthSecret; readonly vaultPre: VaultPre }> {
  const params = guardKdfParams(input.kdfParams, input.floor);
  const user = new ByteWriter().op16(toUtf8(normalizeUsername(input.username))).finish();
  // half a character would become the same replacement as every other half
  const isText = input.password.length > 0 && isWellFormed(input.password);
  if (!isText || input.password.length > PASSWORD_MAX_LENGTH) {
    throw new CryptoError('password-invalid');
  }
  const password = toUtf8(input.password.normalize('NFKC'));
  const salt = await p.sha256(labelled('pw-salt', user, params.salt));
  const stretched = await p.pbkdf2(password, salt, params.pbkdf2Iterations);
  const rootSalt = await p.sha256(labelled('kdf-params', params.bytes, user));
  const root = await hkdfExtract(p, rootSalt, stretched);
  const [authSecret, vaultPre] = await Promise.all([
    hkdfExpand32(p, root, label('auth')),
    hkdfExpand32(p, root, label('vault-pre')),
  ]);
  return { authSecret: authSecret as AuthSecret, vaultPre: vaultPre as VaultPre };
}

/** PROTOCOL 2.5. `serverShare` is 32 bytes that the server gives only after a correct login. @throws SignedFormatError for another size */
export async function vaultKek(
  p: Primitives,
  input: { readonly vaultPre: VaultPre; readonly serverShare: Uint8Array; readonly userId: Bytes16 },
): Promise<VaultKek> {
  const serverShare = asBytes32(concatBytes(input.serverShare));
  const info = labelled('vault-kek', input.userId);
  const bytes: Bytes = await p.hkdf(await p.importHkdf(input.vaultPre), serverShare, info, 32);
  return (await p.importAes(bytes)) as VaultKek;
}
