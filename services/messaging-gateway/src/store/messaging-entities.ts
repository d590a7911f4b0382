import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ name: 'conversation' })
export class ConversationRow {
  @PrimaryColumn({ name: 'conversation_id', type: 'text' })
  conversationId!: string;

  @Column({ type: 'text' })
  kind!: 'direct' | 'group';

  /** Position of the newest message; 0 where there is none. */
  @Column({ name: 'last_seq', type: 'integer', default: 0 })
  lastSeq!: number;

  @Column({ name: 'created_at_ms', type: 'integer' })
  createdAtMs!: number;

  @Column({ name: 'last_at_ms', type: 'integer' })
  lastAtMs!: number;
}

@Entity({ name: 'member' })
export class MemberRow {
  @PrimaryColumn({ name: 'conversation_id', type: 'text' })
  conversationId!: string;

  @PrimaryColumn({ name: 'user_id', type: 'text' })
  userId!: string;
}
