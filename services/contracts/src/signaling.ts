import * as z from 'zod';
import {
  type CallAlive,
  type CallChanged,
  type CallConnected,
  type CallDoneOutcome,
  type CallMembersOutcome,
  type FindCall,
  type FindCallOutcome,
  type JoinCall,
  type LeaveCall,
  type StartCall,
  type StartCallOutcome,
  type TurnCredentials,
  type TurnCredentialsOutcome,
} from './calls.js';
import { ConversationId, DeviceId, socketBytes, TimeMs, UserId } from './ids.js';
import { LIMITS } from './limits.js';
import { type SessionEnded, type SessionWelcome } from './messaging.js';
import { SocketRefusal } from './problem.js';

// Socket.IO at /socket/signaling, namespace "/". Same handshake as messaging.

const SignalBytes = socketBytes(400, LIMITS.signalMaxBytes);

/**
 * Relays one sealed signal (envelope of kind 5) to the devices of a member of its conversation. Sender, device, conversation
 * and time are read from the header; a signal older than LIMITS.signalLifetimeMs is refused (`signal-expired`).
 */
export const SendSignal = z.strictObject({ toUserId: UserId, toDeviceId: DeviceId.nullable(), envelope: SignalBytes });
export type SendSignal = z.infer<typeof SendSignal>;
/** `reached` says whether any device of the user was connected to any replica, as far as Redis knew. */
export const SendSignalOutcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), reached: z.boolean() }),
  SocketRefusal,
]);
export type SendSignalOutcome = z.infer<typeof SendSignalOutcome>;

export const SignalArrived = z.strictObject({
  conversationId: ConversationId,
  fromUserId: UserId,
  fromDeviceId: DeviceId,
  relayedAtMs: TimeMs,
  envelope: SignalBytes,
});
export type SignalArrived = z.infer<typeof SignalArrived>;

export interface SignalingCommands {
  'signal:send': (body: SendSignal, ack: (outcome: SendSignalOutcome) => void) => void;
  'call:start': (body: StartCall, ack: (outcome: StartCallOutcome) => void) => void;
  'call:join': (body: JoinCall, ack: (outcome: CallMembersOutcome) => void) => void;
  'call:find': (body: FindCall, ack: (outcome: FindCallOutcome) => void) => void;
  'call:connected': (body: CallConnected, ack: (outcome: CallDoneOutcome) => void) => void;
  'call:alive': (body: CallAlive, ack: (outcome: CallMembersOutcome) => void) => void;
  'call:leave': (body: LeaveCall, ack: (outcome: CallDoneOutcome) => void) => void;
  'turn:credentials': (body: TurnCredentials, ack: (outcome: TurnCredentialsOutcome) => void) => void;
}

export interface SignalingEvents {
  'session:welcome': (body: SessionWelcome) => void;
  'session:ended': (body: SessionEnded) => void;
  'signal:arrived': (body: SignalArrived) => void;
  'call:changed': (body: CallChanged) => void;
}
