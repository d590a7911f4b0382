import type { StoreClasses } from '@secureconnect/platform/store/column-class';

/** What each column of this store holds. */
export const COLUMN_CLASSES = {
  relay_hour: {
    hour_at_ms: { class: 'time', words: 'An hour.' },
    outcome: {
      class: 'public',
      values: ['reached', 'unreached', 'refused'],
      words: 'What became of call signals in that hour.',
    },
    signals: { class: 'counter', words: 'How many there were, of everybody together.' },
    bytes: { class: 'counter', words: 'How long they were, all together. Who called whom is not kept.' },
  },
} as const satisfies StoreClasses;
