import * as z from 'zod';
import { TimeMs, UserId, Username } from './ids.js';

// Routes:
//   GET /api/admin/audit        for operators: everything that operators did
//   GET /api/admin/audit/mine   for everybody who is logged in: what operators did that concerns the caller

/** Acts in one page. */
export const AUDIT_PAGE_MAX = 100;

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Reason = z.string().min(1).max(500);

/** What operators do that is written down. */
export const AuditAction = z.enum([
  'operator.bootstrap',
  'operator.appoint',
  'operator.dismiss',
  'user.reset-code',
  'user.ban',
  'user.unban',
  'user.adjust',
  'user.delete',
  'topup.approve',
  'topup.reject',
  'registration.open',
  'registration.close',
]);
export type AuditAction = z.infer<typeof AuditAction>;

/**
 * What came of an act. `refused`: nothing was done. `unknown`: the service that was to do it died or fell silent before it answered, so
 * that it may have been done.
 */
export const AuditOutcome = z.enum(['done', 'refused', 'unknown']);
export type AuditOutcome = z.infer<typeof AuditOutcome>;

/**
 * A line of the log, as it is stored and hashed. An act that another service does has two: one before that service is asked, without an
 * outcome, and one after, with `of`. What is done in the log's own store has one, with its outcome.
 */
export const AuditEntry = z.strictObject({
  /** Position in the log: from 1, without gaps. */
  entry: z.int().min(1),
  atMs: TimeMs,
  actor: UserId,
  action: AuditAction,
  /** What it was done to: a user, a request for credits; the actor where it was done to the server. */
  target: z.string().regex(/^[0-9a-f]{32}$/),
  /** Whom it concerns, who may read it; null where nobody is known. */
  concerns: UserId.nullable(),
  /** Credits that it is about; below zero for what was taken. */
  amount: z.int().nullable(),
  reason: Reason,
  outcome: AuditOutcome.nullable(),
  /** The entry whose outcome this is. */
  of: z.int().min(1).nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditQuery = z.strictObject({
  /** Acts before this entry; left out for the newest. */
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(AUDIT_PAGE_MAX).default(50),
  /** Who did it, or whom it concerns. */
  person: UserId.optional(),
  action: AuditAction.optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

/** The newest first. */
export const AuditAnswer = z.strictObject({
  acts: z
    .array(
      z.strictObject({
        ...AuditEntry.omit({ of: true }).shape,
        hash: Hash,
        /** null while auth does not answer, and for accounts that are gone. */
        actorName: Username.nullable(),
        concernsName: Username.nullable(),
      }),
    )
    .max(AUDIT_PAGE_MAX),
  more: z.boolean(),
  /** Where the log ends now, whatever was asked for; entry 0 with {@link FIRST_AUDIT_HASH} for an empty one. */
  head: z.strictObject({ entry: z.int().min(0), hash: Hash }),
  /** The first entry that does not follow from those before it, found when the service started; null for a whole chain. */
  brokenAt: z.int().min(1).nullable(),
});
export type AuditAnswer = z.infer<typeof AuditAnswer>;

export const MyAuditQuery = AuditQuery.pick({ before: true, limit: true });
export type MyAuditQuery = z.infer<typeof MyAuditQuery>;

/** The newest first: what came of each, and which operator did it. */
export const MyAuditAnswer = z.strictObject({
  acts: z
    .array(
      z.strictObject({
        ...AuditEntry.pick({ entry: true, atMs: true, action: true, amount: true, reason: true }).shape,
        outcome: AuditOutcome,
        actorName: Username.nullable(),
      }),
    )
    .max(AUDIT_PAGE_MAX),
  more: z.boolean(),
});
export type MyAuditAnswer = z.infer<typeof MyAuditAnswer>;

/** What stands before the first entry: 32 zero bytes in hex. */
export const FIRST_AUDIT_HASH = '0'.repeat(64);

/**
 * What the hash of an entry is made over: its SHA-256, as UTF-8, is the entry's hash. A field a line; the reason is the only field that
 * can have a line break in it, and stands last as a JSON string, so that two different entries never have one text.
 * @param previous - hash of the entry before, 64 lowercase hex characters; {@link FIRST_AUDIT_HASH} for the first
 */
export function auditEntryText(previous: string, audited: AuditEntry): string {
  const { entry, atMs, actor, action, target, concerns, amount, reason, outcome, of } = audited;
  const fields = [entry, atMs, actor, action, target, concerns, amount, outcome, of].map((field) =>
    String(field ?? '-'),
  );
  return `SecureConnect/1 audit-entry\n${previous}\n${fields.join('\n')}\n${JSON.stringify(reason)}\n`;
}
