import * as z from 'zod';
import { CALL_ENDS, CALL_MEMBERS_MAX } from './call-states.js';
import { CallMember } from './call-signals.js';
import { CallId, ConversationId, TimeMs } from './ids.js';
import { SocketRefusal } from './problem.js';

/*
 * What a device asks signaling about a call, over the socket of `signaling.ts`. A server knows: this device says it is in that call of that
 * conversation, and when. Who is rung, who accepts and what is said goes in sealed signals, past it.
 *
 *   who calls     call:start, signals; when one has accepted: turn:credentials; when connected: call:connected; call:alive; call:leave
 *   who accepts   turn:credentials after Accept; when `answered` named it: call:join; call:connected; call:alive; call:leave
 *   who joins     call:find (is there one in this group?), call:join, turn:credentials, signals to the members it was told
 */

const InCall = { callId: CallId, conversationId: ConversationId } as const;
const members = z.array(CallMember).max(CALL_MEMBERS_MAX);

/**
 * Starts a call: sets its price aside (`CALL_PRICE`, a hold under the call's id) and puts this device into it. The call id is made by the
 * client, 16 random bytes; repeating it answers like the first time and holds nothing twice. A call that this device has started in the
 * same conversation before, and that never connected, is over with it.
 * Refused: `insufficient-credits`, `credits-unavailable`, `not-a-member`, `call-id-taken`, `device-unbound`, `throttled`, `unavailable`.
 */
export const StartCall = z.strictObject(InCall);
export type StartCall = z.infer<typeof StartCall>;
export const StartCallOutcome = z.union([
  z.strictObject({ ok: z.literal(true), outcome: z.literal('started'), price: z.int().min(0) }),
  /** There is a call in this conversation already: join it, or wait for its invite. Nothing was set aside. */
  z.strictObject({ ok: z.literal(true), outcome: z.literal('underway'), callId: CallId, members }),
  SocketRefusal,
]);
export type StartCallOutcome = z.infer<typeof StartCallOutcome>;

/**
 * Puts this device into a call that somebody started; the answer says who is in it, this device included. Of a conversation of two: one
 * device of each. A call that the server no longer knows (it may forget everything) is taken up again: who is in it joins anew.
 * Refused: `call-full` for the ninth, `call-unknown` for one that is over or never began, `not-a-member`, `device-unbound`, `throttled`,
 * `unavailable`.
 */
export const JoinCall = z.strictObject(InCall);
export type JoinCall = z.infer<typeof JoinCall>;
export const CallMembersOutcome = z.union([z.strictObject({ ok: z.literal(true), members }), SocketRefusal]);
export type CallMembersOutcome = z.infer<typeof CallMembersOutcome>;

/** The call of a conversation, if one goes on. A server's word: nobody is let in by it. */
export const FindCall = z.strictObject({ conversationId: ConversationId });
export type FindCall = z.infer<typeof FindCall>;
export const FindCallOutcome = z.union([
  z.strictObject({ ok: z.literal(true), call: z.strictObject({ callId: CallId, members }).nullable() }),
  SocketRefusal,
]);
export type FindCallOutcome = z.infer<typeof FindCallOutcome>;

/** Somebody was heard: the price is paid, once, by who started it. Any member may say so, and again. Refused: `call-unknown`, ... */
export const CallConnected = z.strictObject(InCall);
export type CallConnected = z.infer<typeof CallConnected>;
/** This device is still in the call; every `CALL_TIMES.aliveEveryMs`. `call-unknown`: the server has forgotten it, so `call:join` again. */
export const CallAlive = z.strictObject(InCall);
export type CallAlive = z.infer<typeof CallAlive>;
/**
 * This device is out. With the last one, or with one of the two in a direct conversation, the call is over; what was set aside comes back
 * unless it ever connected. Always `ok` for a call that is over already.
 */
export const LeaveCall = z.strictObject({ ...InCall, end: z.enum(CALL_ENDS) });
export type LeaveCall = z.infer<typeof LeaveCall>;
export const CallDoneOutcome = z.union([z.strictObject({ ok: z.literal(true) }), SocketRefusal]);
export type CallDoneOutcome = z.infer<typeof CallDoneOutcome>;

/** Credentials for the relay live so long. */
export const TURN_LIFETIME_MS = 600_000;
/**
 * Servers that help two links find each other, for a device of a conversation in which this call goes on. `urls`: stun:, turn: and turns:
 * of the operator's list. The credential is coturn's (`use-auth-secret`): username `<expiry in seconds>:<pseudonym of the call's device>`,
 * credential = base64(HMAC-SHA1(secret, username)); it lives `TURN_LIFETIME_MS` and can be asked for again at any time.
 * Refused: `call-unknown`, `not-a-member`, `throttled`, ...
 */
export const TurnCredentials = z.strictObject(InCall);
export type TurnCredentials = z.infer<typeof TurnCredentials>;
export const IceServer = z.strictObject({
  urls: z.array(z.string().max(300)).min(1).max(8),
  username: z.string().max(200).optional(),
  credential: z.string().max(200).optional(),
});
export type IceServer = z.infer<typeof IceServer>;
export const TurnCredentialsOutcome = z.union([
  z.strictObject({
    ok: z.literal(true),
    /** Empty where the operator has set up none: links are found on the local network alone, and relay-only calls find none. */
    iceServers: z.array(IceServer).max(4),
    /** Whether a relay is among them. */
    relays: z.boolean(),
    expiresAtMs: TimeMs,
  }),
  SocketRefusal,
]);
export type TurnCredentialsOutcome = z.infer<typeof TurnCredentialsOutcome>;

/** To the devices in a call: somebody came or went, as far as the server can tell. A hint to look at the own links, no more. */
export const CallChanged = z.strictObject({ ...InCall, members });
export type CallChanged = z.infer<typeof CallChanged>;
