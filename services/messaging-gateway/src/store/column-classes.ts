import { ENVELOPE_OVERHEAD_BYTES } from '@secureconnect/contracts/signed/envelope';
import { OUTBOX_CLASSES } from '@secureconnect/platform/outbox/outbox-classes';
import type { StoreClasses } from '@secureconnect/platform/store/column-class';

/** What each column of this store holds. */
export const COLUMN_CLASSES = {
  ...OUTBOX_CLASSES,
  conversation: {
    conversation_id: { class: 'id', words: 'A number for a conversation.' },
    kind: { class: 'public', values: ['direct'], words: 'Whether two people talk, or a group.' },
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
      padded: [ENVELOPE_OVERHEAD_BYTES],
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
    envelope: {
      class: 'sealed',
      padded: [ENVELOPE_OVERHEAD_BYTES],
      words: 'The confirmation, sealed: the server cannot read which messages arrived, nor make one itself.',
    },
  },
} as const satisfies StoreClasses;
