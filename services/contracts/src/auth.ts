import * as z from 'zod';
import { base64Url, DeviceId, Role, Seq, SessionId, TimeMs, UserId, Username, VaultItemId } from './ids.js';
import { LIMITS } from './limits.js';

// Routes, all below /api/auth:
//   POST prelogin  POST register  POST login  POST refresh  POST logout  GET me
//   POST devices   GET users/by-name/:username   GET users/:userId   GET vault   PUT vault
//   POST password  PUT recovery  POST recover  POST reset/identity  POST reset
//   GET sessions   POST sessions/end  POST devices/revoke

/** KdfParams of PROTOCOL 2, 43 bytes: u8 kdfId | u32 iterations | u32 argonKiB | u8 t | u8 p | salt[32]. */
export const KdfParamsText = base64Url(43);
/** HKDF output of PROTOCOL 2, 32 bytes: the only thing derived from the password that is sent. */
export const AuthSecret = base64Url(32);
export const BundleText = base64Url(64, LIMITS.bundleMaxBytes);
export const DeviceCertText = base64Url(64, LIMITS.deviceCertMaxBytes);
export const RevocationText = base64Url(64, LIMITS.deviceCertMaxBytes);

export const PreloginRequest = z.strictObject({ username: Username });
export type PreloginRequest = z.infer<typeof PreloginRequest>;
/** For an unknown user the same shape, with a deterministic false salt. */
export const PreloginAnswer = z.strictObject({ kdfParams: KdfParamsText });
export type PreloginAnswer = z.infer<typeof PreloginAnswer>;

export const VaultItem = z.strictObject({ itemId: VaultItemId, bytes: base64Url(30, LIMITS.vaultItemMaxBytes) });
export type VaultItem = z.infer<typeof VaultItem>;

/** A whole vault as stored (PROTOCOL 3): header, signed head, items in any order. `seq` is the one inside header and head. */
export const Vault = z.strictObject({
  seq: Seq,
  header: base64Url(64, LIMITS.vaultHeaderMaxBytes),
  head: base64Url(136, LIMITS.vaultHeadMaxBytes),
  items: z.array(VaultItem).max(LIMITS.vaultItemsMax),
});
export type Vault = z.infer<typeof Vault>;

/** Compare-and-swap: refused with `vault-conflict` unless the stored seq is `expectedSeq`; the new one is `expectedSeq + 1`. */
export const VaultPut = z.strictObject({
  expectedSeq: Seq,
  header: base64Url(64, LIMITS.vaultHeaderMaxBytes),
  head: base64Url(136, LIMITS.vaultHeadMaxBytes),
  upserts: z.array(VaultItem).max(LIMITS.vaultItemsMax),
  deletes: z.array(VaultItemId).max(LIMITS.vaultItemsMax),
});
export type VaultPut = z.infer<typeof VaultPut>;
export const VaultPutAnswer = z.strictObject({ seq: Seq });
export type VaultPutAnswer = z.infer<typeof VaultPutAnswer>;

export const RegisterRequest = z.strictObject({
  userId: UserId,
  username: Username,
  email: z.email().max(LIMITS.emailMaxLength).nullable(),
  kdfParams: KdfParamsText,
  authSecret: AuthSecret,
  /** 32 bytes made by the client, given back only after a correct login (PROTOCOL 2). */
  serverShare: base64Url(32),
  vault: Vault,
  bundle: BundleText,
  deviceCert: DeviceCertText,
});
export type RegisterRequest = z.infer<typeof RegisterRequest>;

export const LoginRequest = z.strictObject({ username: Username, authSecret: AuthSecret });
export type LoginRequest = z.infer<typeof LoginRequest>;

/** Who the cookies speak for. `deviceId` is null until a device certificate was published in this session. */
export const SessionInfo = z.strictObject({
  userId: UserId,
  username: Username,
  role: Role,
  sessionId: SessionId,
  deviceId: DeviceId.nullable(),
  accessExpiresAtMs: TimeMs,
});
export type SessionInfo = z.infer<typeof SessionInfo>;

/** Answer to `register` and `login`; both set the access and refresh cookies. */
export const LoginAnswer = z.strictObject({ session: SessionInfo, serverShare: base64Url(32) });
export type LoginAnswer = z.infer<typeof LoginAnswer>;

/** Answer to `refresh` and `devices`: new cookies are set. */
export const SessionAnswer = z.strictObject({ session: SessionInfo });
export type SessionAnswer = z.infer<typeof SessionAnswer>;

export const Me = z.strictObject({
  session: SessionInfo,
  email: z.email().max(LIMITS.emailMaxLength).nullable(),
  joinedAtMs: TimeMs,
  /** Whether `recover` can open a session: a recovery secret is set. */
  hasRecoveryKey: z.boolean(),
});
export type Me = z.infer<typeof Me>;

/** Publishes a device certificate and binds this session to the device. */
export const PublishDeviceRequest = z.strictObject({ deviceCert: DeviceCertText });
export type PublishDeviceRequest = z.infer<typeof PublishDeviceRequest>;

/** HKDF output of the recovery key, 32 bytes (PROTOCOL 3): what is sent of it, as `authSecret` is of the password. */
export const RecoverySecret = AuthSecret;

/** What shows that the person at a signed-in device is the account's owner. */
export const OwnerProof = z.union([
  z.strictObject({ authSecret: AuthSecret }),
  z.strictObject({ recoverySecret: RecoverySecret }),
]);
export type OwnerProof = z.infer<typeof OwnerProof>;

/**
 * POST password: new derivation parameters, secret, share and vault in one transaction, authorized by `proof` and refused whole with
 * `credentials-refused` or `vault-conflict`. "Somebody knew my password" also brings a bundle with new encryption keys and a
 * revocation of every other device; the sessions of revoked devices end. Answer: SessionAnswer with new cookies.
 */
export const ChangePasswordRequest = z.strictObject({
  proof: OwnerProof,
  kdfParams: KdfParamsText,
  authSecret: AuthSecret,
  serverShare: base64Url(32),
  vault: VaultPut,
  bundle: BundleText.nullable(),
  revocations: z.array(RevocationText).max(LIMITS.devicesPerAccountMax),
  endOtherSessions: z.boolean(),
});
export type ChangePasswordRequest = z.infer<typeof ChangePasswordRequest>;

/** PUT recovery: sets (or, with null, takes away) the recovery secret together with the vault's slot. Answer: VaultPutAnswer. */
export const SetRecoveryRequest = z.strictObject({
  proof: OwnerProof,
  recoverySecret: RecoverySecret.nullable(),
  vault: VaultPut,
});
export type SetRecoveryRequest = z.infer<typeof SetRecoveryRequest>;

/** POST recover: a login with the recovery key. Same refusal and time for unknown users, wrong keys and accounts without one. Answer: SessionAnswer. */
export const RecoverRequest = z.strictObject({ username: Username, recoverySecret: RecoverySecret });
export type RecoverRequest = z.infer<typeof RecoverRequest>;

/** One-time code by which an operator lets somebody start fresh: 26 characters of Crockford base32 (130 bits), valid for a day. */
export const ResetCode = z
  .string()
  .length(26)
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);

/** What shows to a server without a session that somebody may start fresh. */
const ResetProof = z.union([z.strictObject({ authSecret: AuthSecret }), z.strictObject({ resetCode: ResetCode })]);

/**
 * POST reset ("start fresh"): a new vault (seq 1) and a bundle with new account keys, which names the bundle before it and is not
 * co-signed by it: contacts see it. All sessions end, all device certificates but the new one go, the recovery secret goes.
 * Authorized by the password or by a code. Answer: LoginAnswer.
 */
export const ResetRequest = z.strictObject({
  username: Username,
  proof: ResetProof,
  kdfParams: KdfParamsText,
  authSecret: AuthSecret,
  serverShare: base64Url(32),
  vault: Vault,
  bundle: BundleText,
  deviceCert: DeviceCertText,
});
export type ResetRequest = z.infer<typeof ResetRequest>;

/**
 * POST reset/identity: the published identity that the bundle of `reset` has to follow, for somebody who has no session. Authorized as `reset`
 * is, with the same refusal and in the same time; a code stays what it is. Answer: PublicIdentity.
 */
export const ResetIdentityRequest = z.strictObject({ username: Username, proof: ResetProof });
export type ResetIdentityRequest = z.infer<typeof ResetIdentityRequest>;

/** What a session is, without a name or a browser: those are in the vault. */
export const SessionSummary = z.strictObject({
  sessionId: SessionId,
  deviceId: DeviceId.nullable(),
  createdAtMs: TimeMs,
  /** To the minute. */
  lastSeenAtMs: TimeMs,
  current: z.boolean(),
});
export type SessionSummary = z.infer<typeof SessionSummary>;
/** GET sessions: those that stand, newest first. */
export const SessionsAnswer = z.strictObject({ sessions: z.array(SessionSummary).max(256) });
export type SessionsAnswer = z.infer<typeof SessionsAnswer>;

/** POST sessions/end: ends some sessions, or all but the caller's; their sockets are cut. Unknown ids change nothing. */
export const EndSessionsRequest = z.union([
  z.strictObject({ sessionIds: z.array(SessionId).min(1).max(256) }),
  z.strictObject({ others: z.literal(true) }),
]);
export type EndSessionsRequest = z.infer<typeof EndSessionsRequest>;

/** POST devices/revoke: keeps signed revocations and ends the sessions of those devices; all or none. The caller's own device too, if it says so. */
export const RevokeDevicesRequest = z.strictObject({
  revocations: z.array(RevocationText).min(1).max(LIMITS.devicesPerAccountMax),
});
export type RevokeDevicesRequest = z.infer<typeof RevokeDevicesRequest>;

/** What the directory knows of a user. Nothing here is believed before its signatures are checked (PROTOCOL 4). */
export const PublicIdentity = z.strictObject({
  userId: UserId,
  username: Username,
  /** All bundles, by rising bundleVer; the last one is current. */
  bundles: z.array(BundleText).min(1).max(64),
  deviceCerts: z.array(DeviceCertText).max(LIMITS.devicesPerAccountMax),
  revocations: z.array(RevocationText).max(LIMITS.devicesPerAccountMax),
});
export type PublicIdentity = z.infer<typeof PublicIdentity>;

/** Claims of the access token (JWT ES256, `iss` and `aud` are "secureconnect"). */
export const AccessClaims = z.object({
  sub: UserId,
  sid: SessionId,
  did: DeviceId.optional(),
  role: Role,
  iat: z.int(),
  exp: z.int(),
});
export type AccessClaims = z.infer<typeof AccessClaims>;
export const TOKEN_ISSUER = 'secureconnect';
export const TOKEN_AUDIENCE = 'secureconnect';

/** Cookie names over https, and over http on localhost only (a `__Host-` cookie must be Secure). */
export const COOKIES = {
  secure: { access: '__Host-sc-access', refresh: '__Host-sc-refresh' },
  localhost: { access: 'sc-access', refresh: 'sc-refresh' },
} as const;
