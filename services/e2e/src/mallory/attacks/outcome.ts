import type { Attack, Played } from './attack.js';

export type Outcome = 'withstood' | 'detected' | 'FAILED';

/** What an attack came to, measured by what the row of THREATS promises: a detection that nobody sees is none. */
export function outcomeOf({ expect }: Pick<Attack, 'expect'>, { harm, shown }: Played): Outcome {
  if (harm !== null) return 'FAILED';
  if (expect === 'withstood') return 'withstood';
  return shown === null ? 'FAILED' : 'detected';
}

/** `T-26  other keys for somebody who is pinned ....... detected   without comparePin: FAILED`. */
export function lineOf({ row, name, without }: Attack, outcome: Outcome, outcomeWithout: Outcome): string {
  const defences = 'word' in without ? without.word : without.map((defence) => defence.export).join(', ');
  const title = `T-${row}`.padEnd(6) + `${name} `.padEnd(74, '.');
  return `${title} ${outcome.padEnd(9)}   without ${defences}: ${outcomeWithout}`;
}
