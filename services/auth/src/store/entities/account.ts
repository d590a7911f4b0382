import type { Role } from '@secureconnect/contracts/ids';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'account' })
export class AccountRow {
  @PrimaryColumn('text', { name: 'user_id' })
  userId!: string;

  @Column('text')
  username!: string;

  @Column('text', { nullable: true })
  email!: string | null;

  @Column('text')
  role!: Role;

  /** KdfParams of PROTOCOL 2, 43 bytes as base64url. */
  @Column('text', { name: 'kdf_params' })
  kdfParams!: string;

  /** bcrypt over the peppered auth secret. */
  @Column('text')
  verifier!: string;

  /** bcrypt over the peppered recovery secret; null while the account has no recovery key. */
  @Column('text', { name: 'recovery_verifier', nullable: true })
  recoveryVerifier!: string | null;

  /** 32 bytes as base64url, given out only after a correct login. */
  @Column('text', { name: 'server_share' })
  serverShare!: string;

  @Column('integer', { name: 'joined_at_ms' })
  joinedAtMs!: number;

  @Column('integer')
  banned!: number;

  @Column('text', { name: 'ban_reason', nullable: true })
  banReason!: string | null;

  /** null: until somebody opens the account again. */
  @Column('integer', { name: 'banned_until_ms', nullable: true })
  bannedUntilMs!: number | null;

  /** null while the account is not deleted. */
  @Column('integer', { name: 'deleted_at_ms', nullable: true })
  deletedAtMs!: number | null;
}
