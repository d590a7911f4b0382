import { OUTBOX_CLASSES } from '@secureconnect/platform/outbox/outbox-classes';
import type { StoreClasses } from '@secureconnect/platform/store/column-class';

/** What each column of this store holds. */
export const COLUMN_CLASSES = {
  ...OUTBOX_CLASSES,
  operator: {
    user_id: { class: 'id', words: 'Who is an operator.' },
    granted_at_ms: { class: 'time', words: 'Since when.' },
  },
  bootstrap_claim: {
    id: { class: 'counter', words: 'Always 1: there is one first operator.' },
    user_id: { class: 'id', words: 'Who was the first operator.' },
    claimed_at_ms: { class: 'time', words: 'Since when.' },
  },
  audit_entry: {
    entry: { class: 'counter', words: 'The number of something that an operator did.' },
    at_ms: { class: 'time', words: 'When.' },
    actor: { class: 'id', words: 'Which operator.' },
    action: { class: 'public', pattern: /^[a-z][a-z.-]{0,63}$/, words: 'What was done.' },
    target: { class: 'id', words: 'To whom, or about which request for credits.' },
    concerns: { class: 'id', words: 'Whom it concerns, who may read it.' },
    amount: { class: 'counter', words: 'How many credits it was about.' },
    reason: {
      class: 'declared-plain',
      reason: 'Operators answer for what they do, to one another and to you.',
      words: 'Why, in the operator’s words.',
    },
    outcome: { class: 'public', values: ['done', 'refused', 'unknown'], words: 'What came of it.' },
    outcome_of: { class: 'counter', words: 'Which earlier line that is about.' },
    hash: { class: 'public', bytes: 32, words: 'A fingerprint of this line and all before it.' },
  },
} as const satisfies StoreClasses;
