import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import type { GroupState } from '@secureconnect/contracts/signed/group-rules';
import { CryptoError } from '../crypto-error.js';
import type { ConversationCrypto } from '../envelope/conversation-crypto.js';
import type { Place } from '../envelope/direct-conversation.js';
import { type Lane, LANE_OF } from '../envelope/inner.js';
import type { SealedEnvelope, SendingDevice } from '../envelope/seal.js';
import type { Primitives } from '../primitives/primitives.js';
import type { OpenedEpoch } from './epoch-keys.js';
import { type GroupOpenContext, openGroupEnvelope, sealGroupEnvelope } from './group-envelope.js';

/** What a group keeps, outside of this package. */
export interface GroupConversationState {
  readonly device: SendingDevice;
  /** The newest believed log and epoch, after the rotation that `needsRotation` asked for. null while there is no epoch. */
  current(): Promise<{ readonly group: GroupState; readonly epoch: OpenedEpoch | null }>;
  /** With the newest believed log. */
  reading(): Promise<GroupOpenContext>;
  /** As of a direct conversation. */
  place(lane: Lane, use: (place: Place) => Promise<SealedEnvelope>): Promise<SealedEnvelope>;
}

/**
 * Suite 1, a group. Messages are `durable`, the rest is `ephemeral`. @throws CryptoError `unsupported`, `epoch-stale`, `seal-refused`,
 * `content-invalid` from `seal`
 */
export function groupConversation(p: Primitives, state: GroupConversationState): ConversationCrypto {
  return {
    suite: 1,
    async seal(inner, retention): Promise<Bytes> {
      const lane = LANE_OF[inner.t];
      if ((lane === 'messages') !== (retention === 'durable')) throw new CryptoError('unsupported');
      const sealed = await state.place(lane, async (place) => {
        const { group, epoch } = await state.current();
        if (epoch === null) throw new CryptoError('epoch-stale');
        return sealGroupEnvelope(p, { sender: state.device, group, epoch, inner, ...place });
      });
      return sealed.bytes;
    },
    async open(envelope) {
      return openGroupEnvelope(p, envelope, await state.reading());
    },
  };
}
