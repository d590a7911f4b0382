import type { StoreClasses } from '../store/column-class.js';

/** What the outbox's tables hold, in every store that has one. */
export const OUTBOX_CLASSES = {
  outbox: {
    id: { class: 'counter', words: 'The number of something that another service still has to be told.' },
    topic: { class: 'public', pattern: /^[a-z][a-z0-9.:-]{0,63}$/, words: 'What kind of thing it is.' },
    payload: {
      class: 'declared-plain',
      reason: 'Ids, amounts and roles that another service has to act on; no content.',
      pattern: /^[{[]/,
      words: 'The ids it is about. The row is gone as soon as the other service knows.',
    },
    owner: { class: 'public', pattern: /^[a-z][a-z0-9:.-]{0,127}$/, words: 'Which process takes care of it.' },
    created_at_ms: { class: 'time', words: 'When it was written down.' },
    due_at_ms: { class: 'time', words: 'When it is tried next.' },
    attempts: { class: 'counter', words: 'How often it was tried.' },
  },
  outbox_owner: {
    owner: { class: 'public', pattern: /^[a-z][a-z0-9:.-]{0,127}$/, words: 'A process of the service.' },
    alive_at_ms: { class: 'time', words: 'When that process was last alive.' },
  },
} as const satisfies StoreClasses;
