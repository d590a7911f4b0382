import type { UserId } from '@secureconnect/contracts/ids';
import type { TopupId } from '@secureconnect/contracts/topups';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { AuditAction } from '../audit/audit-entry.js';

/** A user with the admin role. This table is the truth about it. */
@Entity({ name: 'operator' })
export class OperatorRow {
  @PrimaryColumn({ name: 'user_id', type: 'text' })
  userId!: UserId;

  @Column({ name: 'granted_at_ms', type: 'integer' })
  grantedAtMs!: number;
}

/** That the bootstrap token was used; one row at most. */
@Entity({ name: 'bootstrap_claim' })
export class BootstrapClaimRow {
  @PrimaryColumn({ type: 'integer' })
  id!: 1;

  @Column({ name: 'user_id', type: 'text' })
  userId!: UserId;

  @Column({ name: 'claimed_at_ms', type: 'integer' })
  claimedAtMs!: number;
}

/** A line of the audit log. */
@Entity({ name: 'audit' })
export class AuditRow {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'at_ms', type: 'integer' })
  atMs!: number;

  @Column({ type: 'text' })
  actor!: UserId;

  @Column({ type: 'text' })
  action!: AuditAction;

  @Column({ type: 'text' })
  target!: UserId | TopupId;

  @Column({ type: 'text' })
  reason!: string;
}
