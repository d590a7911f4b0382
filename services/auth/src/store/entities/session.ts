import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'session' })
export class SessionRow {
  @PrimaryColumn('text', { name: 'session_id' })
  sessionId!: string;

  @Column('text', { name: 'user_id' })
  userId!: string;

  @Column('text', { name: 'device_id', nullable: true })
  deviceId!: string | null;

  /** Number of the refresh token that is valid now. */
  @Column('integer')
  generation!: number;

  @Column('integer', { name: 'rotated_at_ms' })
  rotatedAtMs!: number;

  @Column('integer', { name: 'created_at_ms' })
  createdAtMs!: number;

  @Column('integer', { name: 'expires_at_ms' })
  expiresAtMs!: number;

  @Column('integer', { name: 'ended_at_ms', nullable: true })
  endedAtMs!: number | null;

  /** To the minute; may lag a minute behind. */
  @Column('integer', { name: 'last_seen_at_ms' })
  lastSeenAtMs!: number;
}
