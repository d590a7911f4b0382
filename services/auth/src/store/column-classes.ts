import { OUTBOX_CLASSES } from '@secureconnect/platform/outbox/outbox-classes';
import type { StoreClasses } from '@secureconnect/platform/store/column-class';

const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** What each column of this store holds. */
export const COLUMN_CLASSES = {
  ...OUTBOX_CLASSES,
  account: {
    user_id: { class: 'id', words: 'A random number that stands for you.' },
    username: {
      class: 'declared-plain',
      reason: 'Others find you by it, and you log in with it.',
      pattern: /^[a-z][a-z0-9._-]{2,31}$/,
      words: 'Your username, as you chose it.',
    },
    email: {
      class: 'declared-plain',
      reason: 'The operator can reach you, if you want that.',
      pattern: /^[^\s@]+@[^\s@]+$/,
      words: 'Your e-mail address, if you gave one.',
    },
    role: { class: 'public', values: ['user', 'admin'], words: 'Whether you are an operator.' },
    kdf_params: {
      class: 'public',
      pattern: BASE64URL,
      words: 'A random salt and how much work it takes to turn your password into a key.',
    },
    verifier: {
      class: 'declared-plain',
      reason: 'Shows that you know the password, without the password.',
      pattern: /^\$2[aby]\$1\d\$.{53}$/,
      words: 'A slow hash of a value made from your password. Your password itself never arrives.',
    },
    recovery_verifier: {
      class: 'declared-plain',
      reason: 'Shows that you have the recovery key, without the key.',
      pattern: /^\$2[aby]\$1\d\$.{53}$/,
      words: 'A slow hash of a value made from your recovery key, if you made one. The key itself never arrives.',
    },
    server_share: {
      class: 'declared-plain',
      reason: 'Given back after a correct log-in; opens nothing without the password.',
      pattern: BASE64URL,
      words: 'A random number that your browser needs, together with your password, to open your vault.',
    },
    joined_at_ms: { class: 'time', words: 'When you joined.' },
    banned: { class: 'counter', words: 'Whether an operator has closed your account.' },
    ban_reason: {
      class: 'declared-plain',
      reason: 'You are told why your account is closed.',
      pattern: /^[^\0]{1,500}$/u,
      words: 'Why an operator has closed your account, in the operator’s words.',
    },
    banned_until_ms: { class: 'time', words: 'Until when it is closed.' },
    deleted_at_ms: { class: 'time', words: 'When an operator deleted it.' },
  },
  bundle: {
    user_id: { class: 'id', words: 'Whose public keys these are.' },
    bundle_ver: { class: 'counter', words: 'Which edition of your public keys it is.' },
    bytes: { class: 'public', magic: 'SCI1', words: 'Your public keys: everybody may see them.' },
  },
  device: {
    device_id: { class: 'id', words: 'A random number that stands for one of your devices.' },
    user_id: { class: 'id', words: 'Whose device it is.' },
    cert: { class: 'public', magic: 'SCD1', words: 'The public key of the device, signed by you.' },
    published_at_ms: { class: 'time', words: 'When the device was added.' },
    superseded: { class: 'counter', words: 'Whether you have started fresh since.' },
  },
  revocation: {
    device_id: { class: 'id', words: 'A device that you have removed.' },
    user_id: { class: 'id', words: 'Whose device it was.' },
    bytes: { class: 'public', magic: 'SCR1', words: 'Your signature that the device is removed.' },
  },
  session: {
    session_id: { class: 'id', words: 'A random number for one log-in.' },
    user_id: { class: 'id', words: 'Who is logged in.' },
    device_id: { class: 'id', words: 'On which device.' },
    generation: { class: 'counter', words: 'How often the log-in was renewed.' },
    rotated_at_ms: { class: 'time', words: 'When it was last renewed.' },
    created_at_ms: { class: 'time', words: 'When you logged in.' },
    expires_at_ms: { class: 'time', words: 'When the log-in ends by itself.' },
    ended_at_ms: { class: 'time', words: 'When it was ended.' },
    last_seen_at_ms: { class: 'time', words: 'In which minute it was last used.' },
  },
  reset_code: {
    user_id: { class: 'id', words: 'Who may start fresh with a code.' },
    code_hash: {
      class: 'declared-plain',
      reason: 'Shows that you have the code, without the code.',
      pattern: /^\$2[aby]\$1\d\$.{53}$/,
      words: 'A slow hash of the code that an operator gave you.',
    },
    made_at_ms: { class: 'time', words: 'When the operator made it.' },
    expires_at_ms: { class: 'time', words: 'Until when it counts.' },
    made_by: { class: 'id', words: 'Which operator made it.' },
  },
  registration: {
    only: { class: 'counter', words: 'Always 1.' },
    mode: { class: 'public', values: ['open', 'closed'], words: 'Whether new accounts are made.' },
    decided_at_ms: { class: 'time', words: 'When an operator decided that.' },
  },
  vault: {
    user_id: { class: 'id', words: 'Whose vault it is.' },
    seq: { class: 'counter', words: 'How often your vault was written.' },
    header: { class: 'public', magic: 'SCV1', words: 'How your vault is locked: salts and locked keys.' },
    head: { class: 'public', bytes: 136, words: 'Your signature over the vault.' },
  },
  vault_item: {
    user_id: { class: 'id', words: 'Whose vault it is.' },
    item_id: { class: 'id', words: 'A number for one thing in your vault; it does not say what the thing is.' },
    bytes: {
      class: 'sealed',
      sizes: 12,
      words: 'Something in your vault: keys, or a contact whose keys you know. Only you can open it.',
    },
    hash: { class: 'public', bytes: 32, words: 'A fingerprint of the sealed thing.' },
  },
} as const satisfies StoreClasses;
