import { covers, type Coverage } from './coverage.js';

/**
 * The chain of one sending device in one conversation (PROTOCOL 5: senderSeq, prevHash), kept as runs of verified links. Pages come
 * from both ends, so a run grows upwards and downwards, and two runs join when the link between them arrives.
 */
export interface Run {
  /** Lowest and highest senderSeq of the run. */
  readonly from: number;
  readonly to: number;
  /** prevHash of the lowest link; hash of the highest. Hex. */
  readonly beforeHash: string;
  readonly lastHash: string;
  /** Positions in the conversation of the lowest and the highest link. */
  readonly fromPosition: number;
  readonly toPosition: number;
  /** Epochs of the lowest and the highest link of a group's. */
  readonly fromEpoch?: number | undefined;
  readonly toEpoch?: number | undefined;
}

/** Rising, never touching. */
export type DeviceChain = readonly Run[];

export interface Link {
  /** Of a message to a group: a device never goes back to an older one (PROTOCOL 6.8). */
  readonly epoch?: number | undefined;
  readonly senderSeq: number;
  readonly prevHash: string;
  readonly hash: string;
  readonly position: number;
}

export const NO_HASH = '00'.repeat(32);

/**
 * Adds a verified envelope to its device's chain.
 * `linked`: it fits, or stands apart from all runs. `known`: its senderSeq is there already (the replay store says whether it is
 * the same envelope). `broken`: it does not fit what its device signed before or after it.
 */
export function addLink(
  chain: DeviceChain,
  link: Link,
): { readonly verdict: 'linked'; readonly chain: DeviceChain } | { readonly verdict: 'known' | 'broken' } {
  const { epoch, senderSeq, prevHash, hash, position } = link;
  if (senderSeq < 1 || (senderSeq === 1) !== (prevHash === NO_HASH)) return { verdict: 'broken' };
  if (chain.some((run) => run.from <= senderSeq && senderSeq <= run.to)) return { verdict: 'known' };
  const before = chain.find((run) => run.to === senderSeq - 1);
  const after = chain.find((run) => run.from === senderSeq + 1);
  if (before !== undefined && before.lastHash !== prevHash) return { verdict: 'broken' };
  if (after !== undefined && after.beforeHash !== hash) return { verdict: 'broken' };
  if (isBack(before?.toEpoch, epoch) || isBack(epoch, after?.fromEpoch)) return { verdict: 'broken' };
  const run: Run = {
    from: before?.from ?? senderSeq,
    beforeHash: before?.beforeHash ?? prevHash,
    fromPosition: before?.fromPosition ?? position,
    to: after?.to ?? senderSeq,
    lastHash: after?.lastHash ?? hash,
    toPosition: after?.toPosition ?? position,
    fromEpoch: before === undefined ? epoch : before.fromEpoch,
    toEpoch: after === undefined ? epoch : after.toEpoch,
  };
  const others = chain.filter((other) => other !== before && other !== after);
  return { verdict: 'linked', chain: [...others, run].sort((a, b) => a.from - b.from) };
}

function isBack(earlier: number | undefined, later: number | undefined): boolean {
  return earlier !== undefined && later !== undefined && later < earlier;
}

/** Links that exist, because a later one names them, and that the server has not given although it gave all around them. */
export interface Gap {
  /** Position of the message before which they are missing. */
  readonly beforePosition: number;
  /** Position of the last message before them; 0 at the start of the conversation. */
  readonly afterPosition: number;
  /** senderSeq of the message before which they are missing. */
  readonly beforeSenderSeq: number;
  readonly count: number;
}

/** Gaps of which one can be sure: where pages are still to come, nothing is missing yet. */
export function gapsOf(chain: DeviceChain, coverage: Coverage): readonly Gap[] {
  const gaps: Gap[] = [];
  for (const [index, run] of chain.entries()) {
    const previous = chain[index - 1];
    const count = run.from - 1 - (previous?.to ?? 0);
    const afterPosition = previous?.toPosition ?? 0;
    const [low, high] = [Math.min(afterPosition, run.fromPosition), Math.max(afterPosition, run.fromPosition)];
    if (count > 0 && covers(coverage, Math.max(low, 1), high)) {
      gaps.push({ beforePosition: run.fromPosition, afterPosition, beforeSenderSeq: run.from, count });
    }
  }
  return gaps;
}

/**
 * Highest senderSeq up to which nothing is missing, counted from the oldest that is here; 0 where nothing is, or where the
 * very beginning is known to be missing.
 */
export function contiguousUpTo(chain: DeviceChain, coverage: Coverage): number {
  const first = chain[0];
  if (first === undefined || gapsOf([first], coverage).length > 0) return 0;
  return first.to;
}
