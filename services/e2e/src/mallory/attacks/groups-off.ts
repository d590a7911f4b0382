import { type GroupState, type HashedEntry, foldGroup } from '@secureconnect/contracts/signed/group-rules';
import type * as rules from '@secureconnect/contracts/signed/group-rules';
import { hashEntry } from '@secureconnect/crypto/group/entries';
import type * as replays from '@secureconnect/crypto/group/replay';
import type { GroupHistory, Replay } from '@secureconnect/crypto/group/replay';
import type * as signatures from '@secureconnect/crypto/identity/signatures';
import { defencesOf } from './attack.js';

/** Who may not is taken for the owner. */
function asOwner(state: GroupState, { entry, ...hashed }: HashedEntry): HashedEntry {
  const owner = [...state.members.values()].find(({ role }) => role === 'owner');
  return { ...hashed, entry: owner === undefined ? entry : { ...entry, actorUser: owner.userId } };
}

/** The signatures of accounts count, whosever they are: in logs, epochs and bundles. */
export const noAccountSignature = defencesOf<typeof signatures>('@secureconnect/crypto/identity/signatures').no(
  'verifyAsAccount',
  () => async () => true,
);

/** In a group everybody may do what its owner may. */
export const everybodyMay = defencesOf<typeof rules>('@secureconnect/contracts/signed/group-rules').no(
  'foldGroup',
  (real) => (from: GroupState | null, entries: readonly [HashedEntry, ...HashedEntry[]]) => {
    let state = from;
    for (const hashed of entries) {
      let fold = state === null ? real(null, [hashed]) : real(state, [hashed]);
      if (!fold.ok && state !== null) fold = real(state, [asOwner(state, hashed)]);
      if (!fold.ok) return fold;
      state = fold.state;
    }
    return { ok: true, state };
  },
);

/** A log counts as it is, whoever has signed it, with whatever keys. */
export const anyLog = defencesOf<typeof replays>('@secureconnect/crypto/group/replay').no(
  'replayGroup',
  () =>
    (async (p, before, entries): Promise<Replay> => {
      let state = before?.state ?? null;
      const believed = [...(before?.entries ?? [])];
      for (const bytes of entries) {
        const hashed = await hashEntry(p, bytes);
        if (hashed.entry.seq <= believed.length) continue;
        const fold = state === null ? foldGroup(null, [hashed]) : foldGroup(state, [hashed]);
        if (!fold.ok) return { ok: false, refusal: fold.refusal, seq: hashed.entry.seq, history: before };
        state = fold.state;
        believed.push(hashed);
      }
      return { ok: true, history: { state: state!, entries: believed } satisfies GroupHistory };
    }) satisfies typeof replays.replayGroup,
);
