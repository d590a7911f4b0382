import { type Bytes16, type Bytes32, sameBytes } from '@secureconnect/contracts/signed/bytes';
import { type Envelope, isChained, isGroupHeader } from '@secureconnect/contracts/signed/envelope';
import type { GroupState } from '@secureconnect/contracts/signed/group-rules';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError } from '../crypto-error.js';
import { kindOf } from '../envelope/inner.js';
import {
  type OpenContext,
  type Opened,
  type OpenRefusal,
  openWith,
  type Rejected,
  type SenderState,
} from '../envelope/open.js';
import { type Letter, type SealedEnvelope, sealWith } from '../envelope/seal.js';
import type { Primitives } from '../primitives/primitives.js';
import { groupContentKey, type OpenedEpoch } from './epoch-keys.js';

export interface GroupSealInput extends Letter {
  /** The newest state of the log that is believed here. */
  readonly group: GroupState;
  readonly epoch: OpenedEpoch;
}

/**
 * Seals content for the members of a group (PROTOCOL 6.7): kind 2, and receipts and typing (6, 7) in the same form.
 * @throws CryptoError `epoch-stale` where the epoch is not of the newest head: rotate first; `seal-refused` for who is no member, for signals, and for a
 *   place outside of the chain; `content-invalid`
 */
export async function sealGroupEnvelope(p: Primitives, input: GroupSealInput): Promise<SealedEnvelope> {
  const { group, epoch, sender, messageId, senderSeq } = input;
  const kind = kindOf(input.inner.t, 'group');
  const isMember = group.members.has(idToHex(sender.userId));
  if (kind === null || !isMember || !sameBytes(epoch.groupId, group.groupId)) throw new CryptoError('seal-refused');
  // nobody encrypts under an epoch whose head is not the current one (6.5)
  if (!sameBytes(epoch.groupHead, group.head)) throw new CryptoError('epoch-stale');
  const to = { kind, conversationId: group.groupId, groupHead: epoch.groupHead, epoch: epoch.epoch };
  const { userId: senderUser, deviceId: senderDevice } = sender;
  const contentKey = await groupContentKey(p, epoch.key, { ...to, messageId, senderUser, senderDevice, senderSeq });
  return sealWith(p, input, to, { contentKey, wraps: [] });
}

export interface GroupOpenContext extends Omit<OpenContext, 'conversationId' | 'reader'> {
  readonly groupId: Bytes16;
  /** The newest state of the log that is believed here. */
  readonly newest: GroupState;
  /** The state at the entry with this hash (`seqOfHead`, `stateAt`); null where the log here does not have it. */
  readonly stateAtHead: (head: Bytes32) => Promise<GroupState | null>;
  /** The epoch, opened by this account; null where it was not for it, or is not here yet. */
  readonly epochOf: (epoch: number) => Promise<OpenedEpoch | null>;
  /** The epoch of the envelope before this one in its device's chain, where that is known: a device never goes back. */
  readonly epochBefore?: (envelope: Envelope) => Promise<number>;
}

/** Whether the log names exactly these account keys for the sender. */
const isMemberWith = (state: GroupState, { device }: SenderState) => {
  const member = state.members.get(idToHex(device.userId));
  return member !== undefined && sameBytes(member.pin, device.accountPin);
};

/** What the group says about an envelope whose signature stands (PROTOCOL 6.8); the epoch to open it with, if nothing. */
async function epochFor(
  envelope: Envelope,
  sender: SenderState,
  context: GroupOpenContext,
): Promise<OpenedEpoch | OpenRefusal> {
  const { header } = envelope;
  const state = await context.stateAtHead(header.groupHead);
  if (state === null) return 'head-unknown';
  if (!isMemberWith(state, sender)) return 'not-a-member';
  if (!isMemberWith(context.newest, sender)) {
    // a removed member could still write under the epoch that it had: believed is what was here, or what others have seen (5.13)
    const { openedBefore = false, vouchedUpTo = 0 } = sender.evidence ?? {};
    const witnessed = openedBefore || header.senderSeq <= vouchedUpTo;
    if (!isChained(header.kind) || !witnessed) return 'not-a-member';
  }
  if (header.epoch < ((await context.epochBefore?.(envelope)) ?? 0)) return 'epoch-stale';
  const epoch = await context.epochOf(header.epoch);
  if (epoch === null) return 'epoch-unknown';
  return sameBytes(epoch.groupHead, header.groupHead) ? epoch : 'epoch-stale';
}

/** Opens an envelope of a group, or says why not (PROTOCOL 5.11, 6.8). Throws only what the context's functions throw. */
export function openGroupEnvelope(
  p: Primitives,
  input: Uint8Array,
  context: GroupOpenContext,
): Promise<Opened | Rejected> {
  return openWith(p, input, context, {
    belongs: ({ header }) => {
      const isHere = isGroupHeader(header) && sameBytes(header.conversationId, context.groupId);
      return Promise.resolve(isHere ? null : 'wrong-conversation');
    },
    contentKey: async (envelope, sender) => {
      const epoch = await epochFor(envelope, sender, context);
      return typeof epoch === 'string' ? epoch : groupContentKey(p, epoch.key, envelope.header);
    },
  });
}
