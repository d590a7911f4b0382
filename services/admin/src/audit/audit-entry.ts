import type { UserId } from '@secureconnect/contracts/ids';
import type { TopupId } from '@secureconnect/contracts/topups';

/** What operators do that is written down. */
export type AuditAction =
  | 'operator.bootstrapped'
  | 'user.reset-code-asked'
  | 'user.ban-asked'
  | 'user.unban-asked'
  | 'topup.approval-asked'
  | 'topup.rejection-asked';

/** One line of the audit log: who did what to whom, and why. Written in the transaction of the deed; never changed. */
export interface AuditEntry {
  readonly actor: UserId;
  readonly action: AuditAction;
  /** A user, or a request for credits. */
  readonly target: UserId | TopupId;
  readonly reason: string;
}
