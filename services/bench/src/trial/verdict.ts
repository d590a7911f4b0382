import type { TrialOutcome } from '../load/plan.js';
import type { TrialResult } from './run-trial.js';

/** The mark: p99 from the time a message was due to its arrival at the peer, in milliseconds. */
export const P99_MAX_MS = 50;

/** What is wrong with a trial; empty when it holds. */
export function faultsOf({ delivery, ...outcome }: TrialOutcome): string[] {
  const faults = exactnessFaultsOf({ delivery, ...outcome });
  if (!(delivery.p99 < P99_MAX_MS)) faults.push(`p99 ${delivery.p99.toFixed(1)} ms`);
  return faults;
}

/** What must not be at any rate: a message lost, twice, out of order, changed. */
export function exactnessFaultsOf(outcome: TrialOutcome): string[] {
  const faults: string[] = [];
  const refused = Object.entries(outcome.refused).map(([code, count]) => `${count} refused (${code})`);
  if (outcome.delivered < outcome.acknowledged) faults.push(`${outcome.acknowledged - outcome.delivered} lost`);
  if (outcome.unanswered > 0) faults.push(`${outcome.unanswered} unanswered`);
  if (outcome.duplicated > 0) faults.push(`${outcome.duplicated} twice`);
  if (outcome.misordered > 0) faults.push(`${outcome.misordered} out of order`);
  if (outcome.damaged > 0) faults.push(`${outcome.damaged} damaged or astray`);
  if (outcome.brokenSequences > 0) faults.push(`${outcome.brokenSequences} conversations with broken positions`);
  return [...refused, ...faults];
}

/** CPU per message of all counted processes together, in microseconds. */
export function cpuPerMessageUs({ cpuUsByProcess }: TrialResult): number | null {
  return cpuUsByProcess && Object.values(cpuUsByProcess).reduce((sum, us) => sum + us, 0);
}
