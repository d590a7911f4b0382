import type { UserId } from '@secureconnect/contracts/ids';
import { Column, Entity, PrimaryColumn } from 'typeorm';

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
