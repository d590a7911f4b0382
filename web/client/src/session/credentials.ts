import { normalizeUsername } from '@secureconnect/crypto/kdf/username';
import { Username } from '@secureconnect/contracts/ids';
import { Refusal } from '../refusal.js';

const PASSWORD_MIN_CHARACTERS = 10;
const PASSWORD_MIN_DISTINCT = 5;

/** The one form of a username: NFKC, lowercase. @throws Refusal `invalid-username` */
export function checkUsername(text: string): Username {
  try {
    return Username.parse(normalizeUsername(text));
  } catch {
    throw new Refusal('invalid-username');
  }
}

/**
 * The floor below which no account is made: a malicious server can guess at passwords offline (PROTOCOL 2.7), so a short one is
 * none. Faces show a real strength meter on top of it.
 * @throws Refusal `password-too-weak`
 */
export function checkNewPassword(password: string, username: Username): void {
  const characters = Array.from(password.normalize('NFKC'));
  const weak =
    characters.length < PASSWORD_MIN_CHARACTERS ||
    new Set(characters).size < PASSWORD_MIN_DISTINCT ||
    characters.join('').toLowerCase().replaceAll(username, '').length < PASSWORD_MIN_DISTINCT;
  if (weak) throw new Refusal('password-too-weak');
}
