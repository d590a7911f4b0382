import type { AuditEntry } from '@secureconnect/contracts/audit';

/** Something that an operator does: who does what to whom, and why. */
export type Deed = Pick<AuditEntry, 'actor' | 'action' | 'target' | 'concerns' | 'amount' | 'reason'>;
