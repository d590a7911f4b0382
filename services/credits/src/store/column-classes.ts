import type { StoreClasses } from '@secureconnect/platform/store/column-class';

/** What each column of this store holds. */
export const COLUMN_CLASSES = {
  account: {
    number: { class: 'counter', words: 'The number of an account of credits.' },
    owner: { class: 'id', also: ['issued', 'spent'], words: 'Whose account it is.' },
    kind: { class: 'public', values: ['system', 'user'], words: 'Whether it is a person’s.' },
    balance: { class: 'counter', words: 'How many credits are on it.' },
    held: { class: 'counter', words: 'How many of them are set aside for messages on their way.' },
    allowed: { class: 'counter', words: 'How many of them are set aside for a connection that sends much.' },
    version: { class: 'counter', words: 'How often that changed.' },
    last_entry: { class: 'counter', words: 'The number of its last movement.' },
    line: { class: 'counter', words: 'How many movements it has seen.' },
    hash: { class: 'public', bytes: 32, words: 'A fingerprint of all of them.' },
    opened_at_ms: { class: 'time', words: 'When the account was opened.' },
  },
  entry: {
    id: { class: 'counter', words: 'The number of a movement of credits.' },
    reason: { class: 'public', pattern: /^[a-z][a-z-]{0,31}$/, words: 'Why credits moved: a message, a top-up.' },
    key: { class: 'id', words: 'For which message; nothing of what is in it.' },
    from_account: { class: 'counter', words: 'From which account.' },
    to_account: { class: 'counter', words: 'To which account.' },
    amount: { class: 'counter', words: 'How many credits.' },
    posted_at_ms: { class: 'time', words: 'When.' },
    line: { class: 'counter', words: 'Which line of your account it is.' },
    previous: { class: 'counter', words: 'The number of the movement before.' },
    balance: { class: 'counter', words: 'How many credits you had after it.' },
    hash: {
      class: 'public',
      bytes: 32,
      words: 'A fingerprint of the line and of all lines before it; anybody who sees the lines can make it anew.',
    },
  },
  charge: {
    kind: { class: 'public', pattern: /^[a-z][a-z-]{0,31}$/, words: 'What was to be paid for.' },
    key: { class: 'id', words: 'For which message.' },
    account: { class: 'counter', words: 'Who was to pay.' },
    amount: { class: 'counter', words: 'How many credits.' },
    state: { class: 'public', values: ['held', 'captured', 'released'], words: 'Whether they were paid.' },
    expires_at_ms: { class: 'time', words: 'When credits set aside come back.' },
    asked: { class: 'counter', words: 'How often that was asked for.' },
  },
  allowance: {
    allowance_id: { class: 'id', words: 'A number of credits that is set aside for a while.' },
    account: { class: 'counter', words: 'Whose they are.' },
    amount: { class: 'counter', words: 'How many are left.' },
    expires_at_ms: { class: 'time', words: 'When they come back.' },
  },
  topup: {
    topup_id: { class: 'id', words: 'A request for credits.' },
    account: { class: 'counter', words: 'Who asked for them.' },
    amount: { class: 'counter', words: 'How many.' },
    reference: {
      class: 'declared-plain',
      reason: 'The operator finds your payment by it.',
      words: 'What you wrote as the reference of your payment.',
    },
    note: { class: 'declared-plain', reason: 'You wrote it to the operator.', words: 'Your note to the operator.' },
    state: {
      class: 'public',
      values: ['requested', 'approved', 'rejected', 'withdrawn'],
      words: 'What became of the request.',
    },
    requested_at_ms: { class: 'time', words: 'When you asked.' },
    ended_at_ms: { class: 'time', words: 'When that was decided, or taken back.' },
    decided_by: { class: 'id', words: 'Which operator decided.' },
    reason: {
      class: 'declared-plain',
      reason: 'The operator answers for the decision.',
      words: 'What the operator wrote to you about it.',
    },
  },
} as const satisfies StoreClasses;
