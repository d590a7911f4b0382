import * as z from 'zod';

/** Stable codes of everything that can be refused. A client maps each to words; a server never sends prose instead. */
export const PROBLEM_CODES = [
  // Any service
  'invalid-request',
  'too-large',
  'not-found',
  'method-not-allowed',
  'unauthenticated',
  'forbidden',
  'origin-refused',
  'insecure-transport',
  'throttled',
  'unavailable',
  'internal',
  'protocol-version',
  // auth
  'credentials-refused',
  /** The people who run the server take no new accounts. */
  'registration-closed',
  'username-taken',
  'user-id-taken',
  'identity-refused',
  'device-refused',
  'too-many-devices',
  'vault-refused',
  'vault-conflict',
  'session-ended',
  'session-reused',
  'account-banned',
  /** Too many wrong tries; `retryAfterSeconds` says when to come back. The same for names that nobody has. */
  'locked-out',
  'revocation-refused',
  // messaging
  'envelope-refused',
  'not-a-member',
  'peer-unknown',
  'conversation-unknown',
  'message-id-taken',
  'sequence-gap',
  'insufficient-credits',
  'credits-unavailable',
  'device-unbound',
  /** The group's log, roles or signatures do not allow it. */
  'group-refused',
  /** Somebody else was faster: fetch the log, make the change again. */
  'group-conflict',
  /** The message names another head or epoch than the group's newest. */
  'epoch-stale',
  // signaling
  'signal-refused',
  'signal-expired',
  /** As many talk already as may (CALL_MEMBERS_MAX; in a direct conversation two). */
  'call-full',
  /** It is over, or never began. */
  'call-unknown',
  /** Another device has started a call under this id, or in another conversation. */
  'call-id-taken',
  // admin
  'bootstrap-refused',
] as const;

export const ProblemCode = z.enum(PROBLEM_CODES);
export type ProblemCode = z.infer<typeof ProblemCode>;

/** Why an account is closed, in the words of who closed it, and until when (ms since the epoch; null: until somebody opens it again). */
export const Ban = z.strictObject({ reason: z.string().min(1).max(500), untilMs: z.int().min(0).nullable() });
export type Ban = z.infer<typeof Ban>;

/** RFC 9457 problem details. `type` is `urn:secureconnect:problem:<code>`; there is no `detail` about the request's content. */
export const Problem = z.strictObject({
  type: z.string().max(100),
  title: z.string().max(200),
  status: z.int().min(400).max(599),
  code: ProblemCode,
  /** Seconds until the same request may be tried again (`throttled`, `unavailable`). */
  retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  /** With `account-banned`, to whoever has proven to be its owner. */
  ban: Ban.optional(),
  /** Names of the fields that a schema refused; never their values. */
  fields: z.array(z.string().max(100)).max(20).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** A refusal as a socket acknowledgement. */
export const SocketRefusal = z.strictObject({
  ok: z.literal(false),
  code: ProblemCode,
  retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  fields: z.array(z.string().max(100)).max(20).optional(),
});
export type SocketRefusal = z.infer<typeof SocketRefusal>;
