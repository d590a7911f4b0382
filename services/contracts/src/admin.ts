import * as z from 'zod';
import { ResetCode } from './auth.js';
import { base64Url, Role, TimeMs, UserId, Username } from './ids.js';
import { LIMITS } from './limits.js';
import { Ban } from './problem.js';

// Routes, all below /api/admin; every one but bootstrap wants the admin role, looked up in admin's own store:
//   POST bootstrap   GET users   GET me   POST users/:userId/reset-code   POST users/:userId/ban   POST users/:userId/unban

/** The one-time token that `npm start` prints; makes the logged-in caller the first admin. */
export const BootstrapRequest = z.strictObject({ token: base64Url(32) });
export type BootstrapRequest = z.infer<typeof BootstrapRequest>;
export const BootstrapAnswer = z.strictObject({ role: Role });
export type BootstrapAnswer = z.infer<typeof BootstrapAnswer>;

export const UsersQuery = z.strictObject({
  /** Prefix of username or e-mail; empty for all. */
  search: z.string().max(100).default(''),
  sort: z.enum(['username', 'joined']).default('joined'),
  order: z.enum(['asc', 'desc']).default('desc'),
  page: z.coerce.number().int().min(0).max(100_000).default(0),
  pageSize: z.coerce.number().int().min(1).max(LIMITS.usersPageMax).default(50),
});
export type UsersQuery = z.infer<typeof UsersQuery>;

export const UserRow = z.strictObject({
  userId: UserId,
  username: Username,
  email: z.string().max(LIMITS.emailMaxLength).nullable(),
  role: Role,
  joinedAtMs: TimeMs,
  /** null while the credits service does not answer. */
  credits: z.int().nullable(),
  /** Not null while the account is closed. */
  ban: Ban.nullable(),
});
export type UserRow = z.infer<typeof UserRow>;

export const UsersAnswer = z.strictObject({ users: z.array(UserRow).max(LIMITS.usersPageMax), total: z.int().min(0) });
export type UsersAnswer = z.infer<typeof UsersAnswer>;

/** POST users/:userId/ban: closes the account, not an operator's. Its owner reads the reason. */
export const BanRequest = Ban;
export type BanRequest = z.infer<typeof BanRequest>;
/** POST users/:userId/unban; the reason is for the audit log. */
export const UnbanRequest = z.strictObject({ reason: z.string().min(1).max(500) });
export type UnbanRequest = z.infer<typeof UnbanRequest>;
export const Done = z.strictObject({});
export type Done = z.infer<typeof Done>;

/** POST users/:userId/reset-code: lets a person who lost password and recovery key start fresh; shown once, to be handed over in person. */
export const ResetCodeAnswer = z.strictObject({ code: ResetCode, expiresAtMs: TimeMs });
export type ResetCodeAnswer = z.infer<typeof ResetCodeAnswer>;

export const AdminMe = z.strictObject({ userId: UserId, role: Role });
export type AdminMe = z.infer<typeof AdminMe>;
