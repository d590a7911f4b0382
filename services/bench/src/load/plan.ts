import type { LatencySummary } from './latencies.js';

/** One user's place at a replica. Seats 2n and 2n+1 are a pair and talk to each other. */
export interface Seat {
  /** `http://127.0.0.1:<port>` of the replica. */
  readonly url: string;
  /** Sent with the handshake: cookie and origin. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything that a generator needs for one trial: it makes nothing by itself while the clock runs. */
export interface TrialPlan {
  /** Socket.IO path, the same at both replicas. */
  readonly path: string;
  readonly seats: readonly Seat[];
  /** Frames one after the other, `frameBytes` each; frame i is sent by seat i % seats. */
  readonly framesFile: string;
  readonly frameBytes: number;
  /** Messages a second, all seats together. */
  readonly rate: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** How long to wait for what is still under way after the last one was sent. */
  readonly drainMs: number;
  /** Whether the acknowledgements carry positions that must be gapless in each conversation. */
  readonly storesSequence: boolean;
}

/** Messages of a trial, warm-up included. */
export function messagesOf({
  rate,
  warmUpMs,
  measuredMs,
}: Pick<TrialPlan, 'rate' | 'warmUpMs' | 'measuredMs'>): number {
  return Math.floor((rate * (warmUpMs + measuredMs)) / 1000);
}

/** What a generator saw. All latencies in milliseconds, from the time at which a message was due to be sent. */
export interface TrialOutcome {
  readonly sent: number;
  readonly delivered: number;
  readonly acknowledged: number;
  /** By code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Messages that arrived at the peer more than once. */
  readonly duplicated: number;
  /** Messages that arrived before an earlier one of the same sender. */
  readonly misordered: number;
  /** Arrivals whose bytes are not those that were sent. */
  readonly damaged: number;
  /** Conversations whose positions have a gap or a repetition. */
  readonly brokenSequences: number;
  /** Acknowledged with ok, by seat. */
  readonly accepted: readonly number[];
  /** Never acknowledged, neither way. */
  readonly unanswered: number;
  readonly delivery: LatencySummary;
  readonly ack: LatencySummary;
  /** CPU time of the generator from the first message to the last arrival. */
  readonly generatorCpuMs: number;
  readonly tookMs: number;
}

export type ToGenerator = { readonly kind: 'prepare'; readonly plan: TrialPlan } | { readonly kind: 'go' };
export type FromGenerator =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly outcome: TrialOutcome }
  | { readonly kind: 'failed'; readonly reason: string };
