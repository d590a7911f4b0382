import type { IconName } from '../design/icons';
import type { Trust } from '../keyring/views';

/** One shape for each state of trust; colour never says it alone. */
export const TRUST_SHAPES: Readonly<Record<Trust, IconName>> = {
  'first-use': 'trust-first-use',
  'checked-in-log': 'trust-in-log',
  verified: 'trust-verified',
  changed: 'trust-changed',
};
