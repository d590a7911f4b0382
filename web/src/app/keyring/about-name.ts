import type { Outcome } from './views';

/** Of what was asked by a person's name, `not-found` is about that name. */
export const aboutName = <T>(outcome: Outcome<T>): Outcome<T> =>
  !outcome.ok && outcome.code === 'not-found' ? { ...outcome, code: 'peer-unknown' } : outcome;
