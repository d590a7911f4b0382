import * as z from 'zod';
import { base64Url, TimeMs, UserId } from './ids.js';

// Routes, all below /api/credits:
//   GET statement   GET receipt-key

/** Lines in one page. */
export const STATEMENT_PAGE_MAX = 500;

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Line = z.int().min(1);

/** Why credits moved, and for which thing: the two name one line, and no other. */
export const StatementReason = z
  .string()
  .max(32)
  .regex(/^[a-z][a-z-]{0,31}$/);
export const StatementKey = z.string().regex(/^[0-9a-f]{32}$/);

export const StatementQuery = z.strictObject({
  /** Lines older than this one of the caller's, `reason:key`; left out for the newest. One that is not the caller's is `not-found`. */
  before: z
    .string()
    .max(65)
    .regex(/^[a-z][a-z-]{0,31}:[0-9a-f]{32}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(STATEMENT_PAGE_MAX).default(50),
});
export type StatementQuery = z.infer<typeof StatementQuery>;

/** A line of the caller's account; `hash` is made over the text of ledger-line.ts and the hash of the line before. */
export const StatementLine = z.strictObject({
  line: Line,
  reason: StatementReason,
  key: StatementKey,
  /** Below zero for what was paid. */
  amount: z.int(),
  balance: z.int(),
  atMs: TimeMs,
  hash: Hash,
});
export type StatementLine = z.infer<typeof StatementLine>;

/** Where an account's chain ends, and the server's signature that it says so: kept by the client, it convicts a server that says otherwise later. */
export const LedgerReceipt = z.strictObject({
  userId: UserId,
  /** 0, with a hash of zeros, for an account without lines. */
  line: z.int().min(0),
  hash: Hash,
  balance: z.int(),
  atMs: TimeMs,
  /** Ed25519 over {@link receiptText}, as UTF-8. */
  signature: base64Url(64),
});
export type LedgerReceipt = z.infer<typeof LedgerReceipt>;

export const StatementAnswer = z.strictObject({
  /** The newest first; each is the line before the one above it. */
  lines: z.array(StatementLine).max(STATEMENT_PAGE_MAX),
  /** Whether there are older ones. */
  more: z.boolean(),
  /** Of the account as it is now, whatever page was asked for. */
  receipt: LedgerReceipt,
});
export type StatementAnswer = z.infer<typeof StatementAnswer>;

/** The Ed25519 public key of the ledger's receipts. */
export const ReceiptKey = z.strictObject({ publicKey: base64Url(32) });
export type ReceiptKey = z.infer<typeof ReceiptKey>;

/** What a receipt's signature is made over: ASCII, a field a line. */
export function receiptText(receipt: Omit<LedgerReceipt, 'signature'>): string {
  const { userId, line, hash, balance, atMs } = receipt;
  return `SecureConnect/1 ledger-receipt\n${userId}\n${String(line)}\n${hash}\n${String(balance)}\n${String(atMs)}\n`;
}
