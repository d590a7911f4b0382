import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A one-time code by which somebody may start fresh; a user has one at most. */
@Entity({ name: 'reset_code' })
export class ResetCodeRow {
  @PrimaryColumn('text', { name: 'user_id' })
  userId!: string;

  /** bcrypt over the peppered hash of the code. */
  @Column('text', { name: 'code_hash' })
  codeHash!: string;

  @Column('integer', { name: 'made_at_ms' })
  madeAtMs!: number;

  @Column('integer', { name: 'expires_at_ms' })
  expiresAtMs!: number;

  /** The operator who asked for it. */
  @Column('text', { name: 'made_by' })
  madeBy!: string;
}
