import type { ChargeKind } from '@secureconnect/contracts/internal';
import type { AllowanceId, UserId } from '@secureconnect/contracts/ids';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { ChargeState } from '../ledger/charge-states.js';

/** An account: a user's, or one of the system's two (`issued`, where credits come from, and `spent`, where they go). */
@Entity({ name: 'account' })
export class AccountRow {
  @PrimaryGeneratedColumn({ type: 'integer' })
  number!: number;

  @Column({ type: 'text', unique: true })
  owner!: UserId | 'issued' | 'spent';

  @Column({ type: 'text' })
  kind!: 'system' | 'user';

  @Column({ type: 'integer', default: 0 })
  balance!: number;

  @Column({ type: 'integer', default: 0 })
  held!: number;

  @Column({ type: 'integer', default: 0 })
  allowed!: number;

  @Column({ type: 'integer', default: 0 })
  version!: number;

  /** The last line of a user's account; 0 for none. */
  @Column({ name: 'last_entry', type: 'integer', default: 0 })
  lastEntry!: number;

  /** Which line that is. */
  @Column({ type: 'integer', default: 0 })
  line!: number;

  /** Its hash, 32 bytes. */
  @Column({ type: 'blob' })
  hash!: Buffer;

  @Column({ name: 'opened_at_ms', type: 'integer' })
  openedAtMs!: number;
}

/** One movement of credits. Never changed, never deleted. */
@Entity({ name: 'entry' })
export class EntryRow {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'text' })
  reason!: 'opening' | 'top-up' | 'adjustment' | ChargeKind;

  /** What it was for: a message id; the user's id for an opening. */
  @Column({ type: 'text' })
  key!: string;

  @Column({ name: 'from_account', type: 'integer' })
  fromAccount!: number;

  @Column({ name: 'to_account', type: 'integer' })
  toAccount!: number;

  @Column({ type: 'integer' })
  amount!: number;

  @Column({ name: 'posted_at_ms', type: 'integer' })
  postedAtMs!: number;

  /** Which line of the user's account it is, from 1. */
  @Column({ type: 'integer' })
  line!: number;

  /** The entry that is the line before; 0 for none. */
  @Column({ type: 'integer' })
  previous!: number;

  /** What the user's account had after it. */
  @Column({ type: 'integer' })
  balance!: number;

  /** Of the line and, through it, of all lines before it; 32 bytes. */
  @Column({ type: 'blob' })
  hash!: Buffer;
}

/** Where the charge of one key stands. */
@Entity({ name: 'charge' })
export class ChargeRow {
  @PrimaryColumn({ type: 'text' })
  kind!: ChargeKind;

  @PrimaryColumn({ type: 'text' })
  key!: string;

  @Column({ type: 'integer' })
  account!: number;

  @Column({ type: 'integer' })
  amount!: number;

  @Column({ type: 'text' })
  state!: ChargeState;

  @Column({ name: 'expires_at_ms', type: 'integer' })
  expiresAtMs!: number;

  @Column({ type: 'integer', default: 1 })
  asked!: number;
}

/** Credits set aside for one process of the gateway. */
@Entity({ name: 'allowance' })
export class AllowanceRow {
  @PrimaryColumn({ name: 'allowance_id', type: 'text' })
  allowanceId!: AllowanceId;

  @Column({ type: 'integer' })
  account!: number;

  @Column({ type: 'integer' })
  amount!: number;

  @Column({ name: 'expires_at_ms', type: 'integer' })
  expiresAtMs!: number;
}
