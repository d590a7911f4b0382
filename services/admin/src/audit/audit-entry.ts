import type { UserId } from '@secureconnect/contracts/ids';

/** What operators do that is written down. */
export type AuditAction = 'operator.bootstrapped' | 'user.reset-code-asked';

/** One line of the audit log: who did what to whom, and why. Written in the transaction of the deed; never changed. */
export interface AuditEntry {
  readonly actor: UserId;
  readonly action: AuditAction;
  readonly target: UserId;
  readonly reason: string;
}
