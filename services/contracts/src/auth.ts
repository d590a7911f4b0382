import * as z from 'zod';
import { base64Url, DeviceId, Role, Seq, SessionId, TimeMs, UserId, Username, VaultItemId } from './ids.js';
import { LIMITS } from './limits.js';

// Routes, all below /api/auth:
//   POST prelogin  POST register  POST login  POST refresh  POST logout  GET me
//   POST devices   GET users/by-name/:username   GET users/:userId   GET vault   PUT vault

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
});
export type Me = z.infer<typeof Me>;

/** Publishes a device certificate and binds this session to the device. */
export const PublishDeviceRequest = z.strictObject({ deviceCert: DeviceCertText });
export type PublishDeviceRequest = z.infer<typeof PublishDeviceRequest>;

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
