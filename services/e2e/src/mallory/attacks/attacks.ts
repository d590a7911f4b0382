import { ACCOUNT_ATTACKS } from './account-attacks.js';
import type { Attack } from './attack.js';
import { CALL_LINE_ATTACKS } from './call-line-attacks.js';
import { CALL_WORD_ATTACKS } from './call-word-attacks.js';
import { CONTENT_ATTACKS } from './content-attacks.js';
import { DENIAL_ATTACKS } from './denial-attacks.js';
import { DIRECTORY_ATTACKS } from './directory-attacks.js';
import { GROUP_ATTACKS } from './group-attacks.js';
import { GROUP_CALL_ATTACKS } from './group-call-attacks.js';
import { GROUP_SECRECY_ATTACKS } from './group-secrecy-attacks.js';
import { GROUP_STATE_ATTACKS } from './group-state-attacks.js';
import { LEDGER_ATTACKS } from './ledger-attacks.js';
import { LOGIN_ATTACKS } from './login-attacks.js';
import { ORDER_ATTACKS } from './order-attacks.js';
import { SILENCE_ATTACKS } from './silence-attacks.js';
import { TAB_ATTACKS } from './tab-attacks.js';
import { TALK_ATTACKS } from './talk-attacks.js';
import { VAULT_ATTACKS } from './vault-attacks.js';

/** Every attack of the bench, by its row of THREATS. */
export const ATTACKS: readonly Attack[] = [
  ...LOGIN_ATTACKS,
  ...VAULT_ATTACKS,
  ...DIRECTORY_ATTACKS,
  ...CONTENT_ATTACKS,
  ...ORDER_ATTACKS,
  ...SILENCE_ATTACKS,
  ...TAB_ATTACKS,
  ...TALK_ATTACKS,
  ...ACCOUNT_ATTACKS,
  ...CALL_LINE_ATTACKS,
  ...CALL_WORD_ATTACKS,
  ...GROUP_ATTACKS,
  ...GROUP_CALL_ATTACKS,
  ...GROUP_SECRECY_ATTACKS,
  ...GROUP_STATE_ATTACKS,
  ...LEDGER_ATTACKS,
  ...DENIAL_ATTACKS,
].sort((a, b) => a.row - b.row);
