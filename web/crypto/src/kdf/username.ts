import { CryptoError } from '../crypto-error.js';

/**
 * The one form of a username that is derived from, hashed and sent (PROTOCOL 2.2): NFKC, lowercase, then 3 to 32 of a-z 0-9 . _ -
 * beginning with a letter. @throws CryptoError `username-invalid`
 */
export function normalizeUsername(text: string): string {
  const username = text.normalize('NFKC').toLowerCase();
  if (!/^[a-z][a-z0-9._-]{2,31}$/.test(username)) throw new CryptoError('username-invalid');
  return username;
}
