import * as z from 'zod';
import { CALL_MEMBERS_MAX } from './call-states.js';
import { base64Url, DeviceId, TimeMs, UserId } from './ids.js';

/*
 * What devices in a call say to one another: the `data` of a sealed signal (envelope of kind 5, PROTOCOL 9), as JSON. The envelope says
 * which call it is about (its content's `callId`), which conversation, which user and device says so, and when; all of that is signed, and
 * none of it is repeated in here. No server reads any of this: the schemas are for both ends.
 *
 * One to one, A calls B:
 *   A -> all devices of B   invite      B's devices -> A   ringing                         (no microphone, no address at B yet)
 *   B1 -> A                 accept      A -> all devices of B   answered (B1)              (the others stop)
 *   A -> B1                 reveal, key, description (offer)      B1 -> A   key, description (answer)      both   candidates ...
 *   anybody                 media (muted or not), alive; at last hang-up
 *   instead of accept       decline, busy; A may cancel
 * In a group everybody in the call stands to everybody else as A to B:
 *   J -> each device in it  join        each -> J   welcome      J -> each   reveal; then key, description, candidates
 *   at every join and leave each sends a new key and its new roster to those who are in it; leave instead of hang-up
 */

/** Bounds of signals; sizes in characters unless said. */
export const CALL_SIGNAL_LIMITS = {
  sdpMaxLength: 16_384,
  candidateMaxLength: 1_024,
  candidatesMax: 32,
  /** Descriptions that one device may make in one call. */
  descriptionsMax: 1_000_000,
  /** The `data` of a signal. */
  dataMaxLength: 65_536,
} as const;

/** SHA-256 of the DER of the certificate that a device presents on every link of this call. */
export const Fingerprint = base64Url(32);
/** Random, and opened only when the other side has said its own. */
export const CallNonce = base64Url(32);
/** H(nonce) under its own label: `commitToNonce` of crypto. */
export const NonceCommitment = base64Url(32);
/** A roster as it was signed (`signed/call-roster.ts`). */
export const RosterText = base64Url(233, 233 + (CALL_MEMBERS_MAX - 1) * 64);
const Counter = z.int().min(1).max(CALL_SIGNAL_LIMITS.descriptionsMax);

/** What both sides of a link tell of themselves first. `sealsFrames`: false where the browser has no RTCRtpScriptTransform. */
const Presence = { fingerprint: Fingerprint, sealsFrames: z.boolean() } as const;

/** Rings. `media` is always voice: a video is never sent nor taken. In a group others join instead of accepting. */
export const Invite = z.strictObject({
  t: z.literal('invite'),
  ...Presence,
  media: z.literal('voice'),
  group: z.boolean(),
  commitment: NonceCommitment,
});
export type Invite = z.infer<typeof Invite>;

/** This device rings: sent once, says nothing of the person. */
export const Ringing = z.strictObject({ t: z.literal('ringing') });
/** The person here accepts. */
export const Accept = z.strictObject({ t: z.literal('accept'), ...Presence, nonce: CallNonce });
export type Accept = z.infer<typeof Accept>;
/** From who called, to all devices of the called: this one has the call, the others stop ringing (`answered-elsewhere`). */
export const Answered = z.strictObject({ t: z.literal('answered'), deviceId: DeviceId });
export const Decline = z.strictObject({ t: z.literal('decline') });
export const Busy = z.strictObject({ t: z.literal('busy') });
/**
 * From who called, to all devices of the called, before anybody answered: they stop ringing. `declined`: another device of theirs did, and
 * `busy`: it is in a call.
 */
export const Cancel = z.strictObject({
  t: z.literal('cancel'),
  end: z.enum(['cancelled', 'no-answer', 'merged', 'declined', 'busy']),
});
/** Opens the commitment; it is checked before the words to compare are shown. */
export const Reveal = z.strictObject({ t: z.literal('reveal'), nonce: CallNonce });

/**
 * SDP. `n` rises with every description of a device to another in a call: a stale one is refused (THREATS 93). An answer names the offer
 * that it answers.
 */
export const Description = z.discriminatedUnion('type', [
  z.strictObject({
    t: z.literal('description'),
    type: z.literal('offer'),
    n: Counter,
    sdp: z.string().min(1).max(CALL_SIGNAL_LIMITS.sdpMaxLength),
  }),
  z.strictObject({
    t: z.literal('description'),
    type: z.literal('answer'),
    n: Counter,
    offer: Counter,
    sdp: z.string().min(1).max(CALL_SIGNAL_LIMITS.sdpMaxLength),
  }),
]);
export type Description = z.infer<typeof Description>;

/** As RTCIceCandidateInit has it. */
export const IceCandidate = z.strictObject({
  candidate: z.string().max(CALL_SIGNAL_LIMITS.candidateMaxLength),
  sdpMid: z.string().max(64).nullable(),
  sdpMLineIndex: z.int().min(0).max(16).nullable(),
});
export type IceCandidate = z.infer<typeof IceCandidate>;
/** Addresses of the sender, of its description `n`: never before the person here began or accepted the call (THREATS 89). */
export const Candidates = z.strictObject({
  t: z.literal('candidates'),
  n: Counter,
  candidates: z.array(IceCandidate).min(1).max(CALL_SIGNAL_LIMITS.candidatesMax),
});
export type Candidates = z.infer<typeof Candidates>;

/** Whether the sender's microphone is off; `n` rises. Shown, and nothing else: it cannot turn on anybody's microphone (THREATS 88). */
export const MediaState = z.strictObject({ t: z.literal('media'), n: Counter, muted: z.boolean() });

/** Wants into the call of a group that goes on; to each device in it. */
export const Join = z.strictObject({ t: z.literal('join'), ...Presence, commitment: NonceCommitment });
export type Join = z.infer<typeof Join>;
/** A device in the call lets another in, and says who else is in it: `roster` has the one who joins. */
export const Welcome = z.strictObject({ t: z.literal('welcome'), ...Presence, nonce: CallNonce, roster: RosterText });
export type Welcome = z.infer<typeof Welcome>;
/** Refuses a join: as many talk as may. */
export const Full = z.strictObject({ t: z.literal('full') });

/**
 * The sender's frames are sealed under this secret from now on. `epoch` is that of the `roster` beside it, and rises with every join and
 * leave; the secret goes to those in the roster, and to nobody else (THREATS 96).
 */
export const FrameKey = z.strictObject({
  t: z.literal('key'),
  epoch: z.int().min(1).max(0xffff_ffff),
  secret: base64Url(32),
  roster: RosterText,
});
export type FrameKey = z.infer<typeof FrameKey>;

/** The sender is out of a group's call; the others go on. */
export const Leave = z.strictObject({ t: z.literal('leave') });
export const HangUp = z.strictObject({
  t: z.literal('hang-up'),
  end: z.enum(['hung-up', 'not-proven', 'no-microphone', 'no-path']),
});
export type HangUp = z.infer<typeof HangUp>;
/** The sender is there, and has signed the roster of this hash last. */
export const Alive = z.strictObject({ t: z.literal('alive'), rosterHash: base64Url(32) });

export const CallSignal = z.discriminatedUnion('t', [
  Invite,
  Ringing,
  Accept,
  Answered,
  Decline,
  Busy,
  Cancel,
  Reveal,
  Description,
  Candidates,
  MediaState,
  Join,
  Welcome,
  Full,
  FrameKey,
  Leave,
  HangUp,
  Alive,
]);
export type CallSignal = z.infer<typeof CallSignal>;

/** A device in a call, as a server or a roster names it. */
export const CallDevice = z.strictObject({ userId: UserId, deviceId: DeviceId });
export type CallDevice = z.infer<typeof CallDevice>;
/** `joinedAtMs`: when the server was told first. */
export const CallMember = z.strictObject({ ...CallDevice.shape, joinedAtMs: TimeMs });
export type CallMember = z.infer<typeof CallMember>;

/** A signal as the `data` of a sealed one. @throws z.ZodError | RangeError for what `readCallSignal` would not read */
export function writeCallSignal(signal: CallSignal): string {
  const data = JSON.stringify(CallSignal.parse(signal));
  if (data.length > CALL_SIGNAL_LIMITS.dataMaxLength) throw new RangeError('signal too long');
  return data;
}

/**
 * Reads the `data` of a sealed signal that was opened: whatever a later version may say, or mallory, is null and changes nothing.
 * JSON of `dataMaxLength` characters at most, exactly the known members.
 */
export function readCallSignal(data: string): CallSignal | null {
  if (data.length > CALL_SIGNAL_LIMITS.dataMaxLength) return null;
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  const read = CallSignal.safeParse(json);
  return read.success ? read.data : null;
}
