import * as z from 'zod';
import { LIMITS } from './limits.js';

/** 16 bytes as 32 lowercase hex characters. */
const Id16 = z.string().regex(/^[0-9a-f]{32}$/);

export const UserId = Id16.brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;

export const DeviceId = Id16.brand<'DeviceId'>();
export type DeviceId = z.infer<typeof DeviceId>;

export const SessionId = Id16.brand<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;

export const ConversationId = Id16.brand<'ConversationId'>();
export type ConversationId = z.infer<typeof ConversationId>;

export const MessageId = Id16.brand<'MessageId'>();
export type MessageId = z.infer<typeof MessageId>;

export const CallId = Id16.brand<'CallId'>();
export type CallId = z.infer<typeof CallId>;

export const VaultItemId = Id16.brand<'VaultItemId'>();
export type VaultItemId = z.infer<typeof VaultItemId>;

export const AllowanceId = Id16.brand<'AllowanceId'>();
export type AllowanceId = z.infer<typeof AllowanceId>;

/** Lowercase ASCII after NFKC and lowercasing on the client; nothing that looks like something else. */
export const Username = z
  .string()
  .min(LIMITS.usernameMinLength)
  .max(LIMITS.usernameMaxLength)
  .regex(/^[a-z][a-z0-9._-]{2,31}$/)
  .brand<'Username'>();
export type Username = z.infer<typeof Username>;

/** Milliseconds since the epoch. */
export const TimeMs = z.int().min(0).max(8_640_000_000_000_000);

/** A gapless position, from 1. */
export const Seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Canonical base64url without padding of `min`..`max` bytes. */
export function base64Url(minBytes: number, maxBytes = minBytes) {
  return z
    .string()
    .min(Math.ceil((minBytes * 4) / 3))
    .max(Math.ceil((maxBytes * 4) / 3))
    .regex(/^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/);
}

/** Bytes as they arrive in a binary socket frame (`Buffer` in Node, `ArrayBuffer` or `Uint8Array` in a browser). */
export function socketBytes(minBytes: number, maxBytes: number) {
  return z
    .instanceof(Uint8Array)
    .refine((bytes) => bytes.byteLength >= minBytes && bytes.byteLength <= maxBytes, 'size out of bounds')
    .meta({ format: 'bytes', minBytes, maxBytes });
}

export const Role = z.enum(['user', 'admin']);
export type Role = z.infer<typeof Role>;
