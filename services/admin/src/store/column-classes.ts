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
  audit: {
    id: { class: 'counter', words: 'The number of something that an operator did.' },
    at_ms: { class: 'time', words: 'When.' },
    actor: { class: 'id', words: 'Which operator.' },
    action: { class: 'public', pattern: /^[a-z][a-z.-]{0,63}$/, words: 'What was done.' },
    target: { class: 'id', words: 'To whom, or about which request for credits.' },
    reason: {
      class: 'declared-plain',
      reason: 'Operators answer to one another.',
      words: 'Why, in the operator’s words.',
    },
  },
} as const satisfies StoreClasses;
