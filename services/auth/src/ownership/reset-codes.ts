import { createHash, randomBytes } from 'node:crypto';
import type { ResetCode } from '@secureconnect/contracts/auth';
import type { UserId } from '@secureconnect/contracts/ids';
import type { MakeResetCodeAnswer } from '@secureconnect/contracts/internal';
import type { EventLog } from '@secureconnect/platform/logging/event-log';
import { Violation } from '@secureconnect/platform/problem/violation';
import type * as z from 'zod';
import type { PasswordVerifier } from '../accounts/password-verifier.js';
import type { OwnershipRows } from '../store/ownership-rows.js';

type Code = z.infer<typeof ResetCode>;

const LABEL = 'SecureConnect/1 reset-code\0';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 26;
/** How long a code counts. */
export const RESET_CODE_LIFETIME_MS = 24 * 3_600_000;
/** An id that no user has: what is looked up for a name that nobody has. */
const NOBODY = 'nobody' as UserId;

/** 26 characters of 5 random bits each. */
function newCode(): Code {
  return [...randomBytes(CODE_LENGTH)].map((byte) => CROCKFORD.charAt(byte & 31)).join('');
}

/** What of a code goes into the verifier: 32 bytes as base64url, which are no code and no auth secret. */
function digest(code: Code): string {
  return createHash('sha256').update(LABEL).update(code).digest('base64url');
}

/** One-time codes to start fresh with. The store keeps a hash; the code itself is in one answer, once. */
export class ResetCodes {
  constructor(
    private readonly rows: OwnershipRows,
    private readonly verifier: PasswordVerifier,
    private readonly log: EventLog,
  ) {}

  /** A code in the place of the one before it. @throws Violation `not-found` */
  async make(userId: UserId, byUserId: UserId): Promise<MakeResetCodeAnswer> {
    const code = newCode();
    const codeHash = await this.verifier.make(digest(code));
    const madeAtMs = Date.now();
    const expiresAtMs = madeAtMs + RESET_CODE_LIFETIME_MS;
    if (!(await this.rows.putResetCode(userId, { codeHash, madeAtMs, expiresAtMs, madeBy: byUserId })))
      throw new Violation('not-found');
    this.log.info('account.reset-code-made', { userId, byUserId });
    return { code, expiresAtMs };
  }

  /** The same work for a wrong code, a user without one and a name that nobody has. @returns the hash of a right code, or null */
  async check(userId: UserId | null, code: Code): Promise<string | null> {
    const codeHash = await this.rows.resetCodeHash(userId ?? NOBODY, Date.now());
    return (await this.verifier.matches(digest(code), codeHash)) ? codeHash : null;
  }
}
