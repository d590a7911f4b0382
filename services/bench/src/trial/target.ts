import type { TrialResult } from './run-trial.js';

/** How long a trial lasts. */
export interface TrialLength {
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** How long to wait for a quiet machine before it begins. */
  readonly patienceMs: number;
}

/** A pair of servers under load: the product, or the bare stack. */
export interface Target {
  readonly name: 'ours' | 'floor';
  /** @throws Error when nothing can be measured any more */
  trial(rate: number, length: TrialLength): Promise<TrialResult>;
}

/** Time for what is under way when the last message was sent. */
export const DRAIN_MS = 5_000;
