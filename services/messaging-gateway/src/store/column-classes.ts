import { ENVELOPE_OVERHEAD_BYTES, GROUP_ENVELOPE_OVERHEAD_BYTES } from '@secureconnect/contracts/signed/envelope';
import { OUTBOX_CLASSES } from '@secureconnect/platform/outbox/outbox-classes';
import type { StoreClasses } from '@secureconnect/platform/store/column-class';

/** What each column of this store holds. */
export const COLUMN_CLASSES = {
  ...OUTBOX_CLASSES,
  conversation: {
    conversation_id: { class: 'id', words: 'A number for a conversation.' },
    kind: { class: 'public', values: ['direct', 'group'], words: 'Whether two people talk, or a group.' },
    last_seq: { class: 'counter', words: 'How many messages the conversation has.' },
    created_at_ms: { class: 'time', words: 'When it began.' },
    last_at_ms: { class: 'time', words: 'When the newest message came.' },
  },
  member: {
    conversation_id: { class: 'id', words: 'A conversation.' },
    user_id: { class: 'id', words: 'Who takes part in it: the server sees who talks with whom.' },
  },
  message: {
    conversation_id: { class: 'id', words: 'The conversation of a message.' },
    seq: { class: 'counter', words: 'Its place in the conversation.' },
    message_id: { class: 'id', words: 'A random number for the message.' },
    sender_user: { class: 'id', words: 'Who sent it.' },
    sender_device: { class: 'id', words: 'From which device.' },
    sender_seq: { class: 'counter', words: 'How many that device had sent before.' },
    envelope_hash: { class: 'public', bytes: 32, words: 'A fingerprint of the sealed message.' },
    accepted_at_ms: { class: 'time', words: 'When it came.' },
    envelope: {
      class: 'sealed',
      padded: [ENVELOPE_OVERHEAD_BYTES, GROUP_ENVELOPE_OVERHEAD_BYTES],
      words: 'The message, sealed. Its text is inside; its length is rounded up, so that it says little.',
    },
  },
  device_head: {
    conversation_id: { class: 'id', words: 'A conversation.' },
    device_id: { class: 'id', words: 'A device that has written there.' },
    user_id: { class: 'id', words: 'Whose device it is.' },
    sender_seq: { class: 'counter', words: 'How many messages it has sent there.' },
    envelope_hash: { class: 'public', bytes: 32, words: 'A fingerprint of the newest of them.' },
  },
  group_head: {
    conversation_id: { class: 'id', words: 'A group.' },
    creator: { class: 'id', words: 'Who made it.' },
    created_at_ms: { class: 'time', words: 'When, by the clock of whoever made it.' },
    log_seq: { class: 'counter', words: 'How many changes it has seen.' },
    entry_hash: { class: 'public', bytes: 32, words: 'A fingerprint of the newest change.' },
    name_seq: { class: 'counter', words: 'Which change gave it its name. The name itself is sealed.' },
    anyone_renames: { class: 'counter', words: 'Whether every member may rename it.' },
    epoch: { class: 'counter', words: 'How often its key was made anew.' },
    epoch_hash: { class: 'public', bytes: 32, words: 'A fingerprint of the newest of these times.' },
    epoch_log_seq: { class: 'counter', words: 'After which change the newest key was made.' },
  },
  group_log: {
    conversation_id: { class: 'id', words: 'A group.' },
    log_seq: { class: 'counter', words: 'The place of a change among all of them.' },
    entry: {
      class: 'public',
      magic: 'SCG1',
      words: 'The change, signed by who made it: who came, went or got which role. A name in it is sealed.',
    },
  },
  group_member: {
    conversation_id: { class: 'id', words: 'A group.' },
    user_id: { class: 'id', words: 'Who is or was in it: the server sees who talks with whom.' },
    since_log_seq: { class: 'counter', words: 'With which change they came.' },
    since_seq: { class: 'counter', words: 'After which message they came: what is later they may read.' },
    since_epoch: { class: 'counter', words: 'After which key they came.' },
    role: { class: 'public', values: ['owner', 'admin', 'member'], words: 'What they may do there.' },
    pin: { class: 'public', bytes: 32, words: 'A fingerprint of their keys.' },
    bundle_ver: { class: 'counter', words: 'The version of their keys.' },
    bundle_hash: { class: 'public', bytes: 32, words: 'A fingerprint of that version.' },
    until_log_seq: { class: 'counter', words: 'With which change they went.' },
    until_seq: { class: 'counter', words: 'After which message they went: what is later they may not read.' },
    until_epoch: { class: 'counter', words: 'Under which key they went.' },
    until_at_ms: { class: 'time', words: 'When they went.' },
  },
  group_epoch: {
    conversation_id: { class: 'id', words: 'A group.' },
    epoch: { class: 'counter', words: 'The number of one of its keys.' },
    size: { class: 'counter', words: 'For how many members it was made.' },
    accepted_at_ms: { class: 'time', words: 'When it was made.' },
    bytes: { class: 'public', magic: 'SCK1', words: 'The signature of whoever made it. The key itself is not in it.' },
  },
  epoch_wrap: {
    conversation_id: { class: 'id', words: 'A group.' },
    epoch: { class: 'counter', words: 'The number of one of its keys.' },
    user_id: { class: 'id', words: 'For whom the key is sealed here.' },
    leaf: { class: 'counter', words: 'The place among the members.' },
    path: { class: 'public', words: 'Fingerprints that show that everybody was given the same key.' },
    wrap: { class: 'sealed', sizes: 1, words: 'The key, sealed: only that member can open it.' },
  },
  presence: {
    user_id: { class: 'id', words: 'Somebody who chose to show when they are here.' },
    last_seen_at_ms: {
      class: 'time',
      words: 'When they were last here, to the minute. Forgotten when they choose otherwise.',
    },
  },
  receipt: {
    conversation_id: { class: 'id', words: 'A conversation.' },
    device_id: { class: 'id', words: 'A device that has confirmed messages there.' },
    user_id: { class: 'id', words: 'Whose device it is.' },
    sender_seq: { class: 'counter', words: 'How many confirmations it has sent.' },
    epoch: { class: 'counter', words: 'In a group: under which of its keys it is sealed.' },
    envelope: {
      class: 'sealed',
      padded: [ENVELOPE_OVERHEAD_BYTES, GROUP_ENVELOPE_OVERHEAD_BYTES],
      words: 'The confirmation, sealed: the server cannot read which messages arrived, nor make one itself.',
    },
  },
} as const satisfies StoreClasses;
