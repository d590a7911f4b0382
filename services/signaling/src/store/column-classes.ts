import { OUTBOX_CLASSES } from '@secureconnect/platform/outbox/outbox-classes';
import type { StoreClasses } from '@secureconnect/platform/store/column-class';

/** What each column of this store holds. */
export const COLUMN_CLASSES = {
  ...OUTBOX_CLASSES,
  open_call: {
    call_id: { class: 'id', words: 'A call that goes on; the row is gone when it is over.' },
    conversation_id: { class: 'id', words: 'In which conversation.' },
    user_id: { class: 'id', words: 'Who started it, and pays.' },
    device_id: { class: 'id', words: 'On which device.' },
    price: { class: 'counter', words: 'How many credits it costs.' },
    state: { class: 'public', values: ['started', 'connected'], words: 'Whether anybody was heard.' },
    started_at_ms: { class: 'time', words: 'When it began. Who was in it, and how long, is not kept.' },
  },
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
