import { type Bytes16, type Bytes32, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { groupEntryPreimage, type GroupEntry, type MemberKeys } from '@secureconnect/contracts/signed/group-entry';
import {
  foldGroup,
  type GroupRefusal,
  type GroupState,
  type HashedEntry,
} from '@secureconnect/contracts/signed/group-rules';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { VerifiedBundle } from '../identity/bundle.js';
import { verifyAsAccount } from '../identity/signatures.js';
import type { Primitives } from '../primitives/primitives.js';
import { hashEntry } from './entries.js';

/** A log that was believed from its creation on. */
export interface GroupHistory {
  readonly state: GroupState;
  /** All of them, in order: `entries[seq - 1]`. */
  readonly entries: readonly HashedEntry[];
}

/** What the directory has of a user. */
export interface KnownKeys {
  readonly bundle: VerifiedBundle;
  /** Of a reset after that bundle (`supersededAtMs`); null where its keys still stand. */
  readonly supersededAtMs: number | null;
}

/** The user's verified bundle of this version; null where there is none. */
export type BundleLookup = (userId: Bytes16, bundleVer: number) => Promise<KnownKeys | null>;

export type ReplayRefusal =
  | GroupRefusal
  | 'malformed'
  /** The log names a bundle of the actor's that the directory does not have, or that is another one. */
  | 'actor-unknown'
  /** The actor's keys were superseded before the time of the entry. */
  | 'actor-superseded'
  | 'signature';

export type Replay =
  | { readonly ok: true; readonly history: GroupHistory }
  /** `history`: what holds up to there; null for nothing. `seq`: the entry that does not hold; 0 where none can be read. */
  | {
      readonly ok: false;
      readonly refusal: ReplayRefusal;
      readonly seq: number;
      readonly history: GroupHistory | null;
    };

/** The keys that the log has for whoever signs an entry. */
function actorKeys(state: GroupState | null, { payload, actorUser }: GroupEntry): MemberKeys | GroupRefusal {
  if (state !== null) return state.members.get(idToHex(actorUser)) ?? 'not-a-member';
  return payload.type === 'create' ? payload.creator : 'out-of-order';
}

/** The bundle that the log means by a member's keys, and no other; a statement of `atMs` under superseded keys is none. */
export async function memberBundle(
  userId: Bytes16,
  keys: MemberKeys,
  atMs: number,
  lookUp: BundleLookup,
): Promise<VerifiedBundle | 'actor-unknown' | 'actor-superseded'> {
  const known = await lookUp(userId, keys.bundleVer);
  if (known === null) return 'actor-unknown';
  const { bundle, supersededAtMs } = known;
  const isMeant =
    sameBytes(bundle.bundle.userId, userId) &&
    sameBytes(bundle.hash, keys.bundleHash) &&
    sameBytes(bundle.pin, keys.pin);
  if (!isMeant) return 'actor-unknown';
  return supersededAtMs !== null && atMs >= supersededAtMs ? 'actor-superseded' : bundle;
}

async function refuseEntry(
  p: Primitives,
  state: GroupState | null,
  { entry }: HashedEntry,
  lookUp: BundleLookup,
): Promise<ReplayRefusal | null> {
  const keys = actorKeys(state, entry);
  if (typeof keys === 'string') return keys;
  const bundle = await memberBundle(entry.actorUser, keys, entry.timeMs, lookUp);
  if (typeof bundle === 'string') return bundle;
  const verified = await verifyAsAccount(p, bundle.verifier, entry.signatures, groupEntryPreimage(entry.signed));
  return verified ? null : 'signature';
}

/**
 * Believes a group's log (PROTOCOL 6.3): from its creation, or on top of what was believed before, entry by entry: form, place, rules, and both
 * signatures by the keys that the log itself names for the actor. The server can leave entries out at the end, and nothing else [T-68, T-75].
 * Entries that are here already are compared: another one in the same place is `forked` [T-72].
 */
export async function replayGroup(
  p: Primitives,
  before: GroupHistory | null,
  entries: readonly Uint8Array[],
  lookUp: BundleLookup,
): Promise<Replay> {
  let state = before?.state ?? null;
  const believed: HashedEntry[] = [...(before?.entries ?? [])];
  const refused = (refusal: ReplayRefusal, seq: number): Replay => ({
    ok: false,
    refusal,
    seq,
    history: state === null ? null : { state, entries: believed },
  });
  for (const bytes of entries) {
    let hashed: HashedEntry;
    try {
      hashed = await hashEntry(p, bytes);
    } catch {
      return refused('malformed', 0);
    }
    const { seq } = hashed.entry;
    const here = believed[seq - 1];
    if (here !== undefined) {
      if (!sameBytes(here.hash, hashed.hash)) return refused('forked', seq);
      continue;
    }
    const fold = state === null ? foldGroup(null, [hashed]) : foldGroup(state, [hashed]);
    if (!fold.ok) return refused(fold.refusal, seq);
    const refusal = await refuseEntry(p, state, hashed, lookUp);
    if (refusal !== null) return refused(refusal, seq);
    state = fold.state;
    believed.push(hashed);
  }
  return state === null ? refused('out-of-order', 0) : { ok: true, history: { state, entries: believed } };
}

/** What the log came to at entry `seq`; null beyond its end. */
export function stateAt({ state, entries }: GroupHistory, seq: number): GroupState | null {
  if (seq === state.seq) return state;
  const [first, ...rest] = entries.slice(0, seq);
  if (first === undefined || rest.length + 1 !== seq) return null;
  const fold = foldGroup(null, [first, ...rest]);
  return fold.ok ? fold.state : null;
}

/** seq of the entry with this hash; null where it is not in the log: newer than what is here, hidden, or of another story. */
export function seqOfHead({ entries }: GroupHistory, head: Bytes32): number | null {
  const index = entries.findLastIndex(({ hash }) => sameBytes(hash, head));
  return index < 0 ? null : index + 1;
}
