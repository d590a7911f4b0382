import type { Attack } from './attack.js';
import { DIRECTORY_ATTACKS } from './directory-attacks.js';
import { LOGIN_ATTACKS } from './login-attacks.js';
import { VAULT_ATTACKS } from './vault-attacks.js';

/** Every attack of the bench, by its row of THREATS. */
export const ATTACKS: readonly Attack[] = [...LOGIN_ATTACKS, ...DIRECTORY_ATTACKS, ...VAULT_ATTACKS].sort(
  (a, b) => a.row - b.row,
);
