import type { CallSignal } from '@secureconnect/contracts/call-signals';
import type { CallId, ConversationId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import type { EventHub } from '../event-hub.js';
import type { Address } from './call-signaling.js';
import type { CallProofs } from './call-proofs.js';
import type { FrameOrder } from './frame-orders.js';
import type { MediaPort } from './media-port.js';
import type { SignalingConnection } from './signaling-connection.js';

/** What a call takes from around it. */
export interface CallHost {
  readonly selfId: UserId;
  readonly deviceId: DeviceId;
  readonly clock: { nowMs(): number };
  readonly pause: (ms: number) => Promise<void>;
  readonly background: (work: () => Promise<void>) => void;
  readonly random: (count: number) => Uint8Array<ArrayBuffer>;
  /** Tells the Worker of frames; nothing where there is none. */
  readonly frames: (order: FrameOrder) => void;
  readonly events: EventHub;
  readonly proofs: CallProofs;
  readonly server: Pick<SignalingConnection, 'command'>;
  readonly media: MediaPort;
  /** Hosts of servers that may help a call (THREATS 90). */
  readonly relayHosts: () => Promise<readonly string[]>;
  /** Sealed, signed, in order. @throws Refusal */
  readonly send: (to: Address, signal: CallSignal, isWanted?: () => boolean) => Promise<boolean>;
  /** The call looks different. */
  readonly changed: () => void;
}

/** Which call, with whom; of a group: who started it, as far as is known here. */
export interface CallPlace {
  readonly callId: CallId;
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly username: string;
  /** Name of the group; null for a call of two. */
  readonly group: string | null;
  readonly outgoing: boolean;
  readonly beganAtMs: number;
}
