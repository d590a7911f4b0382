import type { Bytes, Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { CryptoError } from '../crypto-error.js';
import type { Recipient } from '../identity/keys.js';
import type { Primitives } from '../primitives/primitives.js';
import type { SeenHead } from './acks.js';
import type { ConversationCrypto } from './conversation-crypto.js';
import { type Lane, LANE_OF } from './inner.js';
import { openEnvelope, type OpenContext } from './open.js';
import { sealEnvelope, type SealedEnvelope, type SendingDevice } from './seal.js';

/** The next place of this device in a lane. */
export interface Place {
  readonly messageId: Bytes16;
  readonly senderSeq: number;
  readonly previousHash: Bytes32;
  readonly sentAtMs: number;
  readonly seen: readonly SeenHead[];
}

/** What a direct conversation keeps, outside of this package. */
export interface DirectConversationState extends OpenContext {
  readonly device: SendingDevice;
  /** Own and peer's, from verified and pinned identities. */
  recipients(): Promise<readonly [Recipient, Recipient]>;
  /**
   * Gives the next place to `use` and makes the lane's new head durable together with the envelope, before it resolves; one at a time
   * for each lane. If `use` fails, the place is still free.
   */
  place(lane: Lane, use: (place: Place) => Promise<SealedEnvelope>): Promise<SealedEnvelope>;
}

/**
 * Suite 1, direct. Messages (text, edit, delete, reaction) are `durable`, the rest is `ephemeral`. Suite 1 has no keys that die, so a text that must not last
 * is refused instead of promised. @throws CryptoError `unsupported` from `seal`
 */
export function directConversation(p: Primitives, state: DirectConversationState): ConversationCrypto {
  return {
    suite: 1,
    async seal(inner, retention): Promise<Bytes> {
      const lane = LANE_OF[inner.t];
      if ((lane === 'messages') !== (retention === 'durable')) throw new CryptoError('unsupported');
      const recipients = await state.recipients();
      const sealed = await state.place(lane, (place) =>
        sealEnvelope(p, { sender: state.device, recipients, inner, ...place }),
      );
      return sealed.bytes;
    },
    open: (envelope) => openEnvelope(p, envelope, state),
  };
}
