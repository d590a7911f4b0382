import type { ConversationId } from '@secureconnect/contracts/ids';
import type { CallUnderway, CallView } from '../calls/call-views.js';
import type { MediaHappening, MediaPort } from '../calls/media-port.js';
import type { Outcome } from '../views.js';

/** Voice calls. One at a time; who calls meanwhile is told that the line is busy. */
export interface CallActs {
  /**
   * Calls whoever is in the conversation; in a group that has a call already, joins it. @param relayOnly - gives nobody an address of this device; for a stranger it is so in any case.
   * Refused `forbidden` while there is a call, or where this device has no microphone to offer.
   */
  placeCall(conversationId: ConversationId, options?: { readonly relayOnly?: boolean }): Promise<Outcome<CallView>>;
  /** The call that goes on in this group, as far as the server can tell; null for none, or where this device is in it. */
  callUnderway(conversationId: ConversationId): Promise<CallUnderway | null>;
  /** Joins it. Refused `call-unknown` where none goes on, `forbidden` as `placeCall`. */
  joinCall(conversationId: ConversationId, options?: { readonly relayOnly?: boolean }): Promise<Outcome<CallView>>;
  /** Answers a call that rings. The microphone is asked for now, and not before (THREATS 88). */
  acceptCall(callId: string, options?: { readonly relayOnly?: boolean }): Promise<Outcome<CallView>>;
  declineCall(callId: string): Promise<void>;
  /** Ends it, whatever it is doing. */
  hangUp(callId: string): Promise<void>;
  muteCall(callId: string, muted: boolean): Promise<void>;
  /** The call that is under way, if any. */
  currentCall(): Promise<CallView | null>;
  /**
   * What carries out calls: a page gives itself. @param frames - leads to the Worker that seals frames; keys go this way and no other.
   */
  attachMedia(port: MediaPort, frames: MessagePort | null): Promise<void>;
  /** What the port tells of its links. */
  mediaHappened(happening: MediaHappening): Promise<void>;
}
