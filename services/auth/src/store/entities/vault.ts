import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Header and signed head of a vault (PROTOCOL 3). */
@Entity({ name: 'vault' })
export class VaultRow {
  @PrimaryColumn('text', { name: 'user_id' })
  userId!: string;

  @Column('integer')
  seq!: number;

  @Column('blob')
  header!: Buffer;

  @Column('blob')
  head!: Buffer;
}

/** One sealed item of a vault. */
@Entity({ name: 'vault_item' })
export class VaultItemRow {
  @PrimaryColumn('text', { name: 'user_id' })
  userId!: string;

  @PrimaryColumn('text', { name: 'item_id' })
  itemId!: string;

  @Column('blob')
  bytes!: Buffer;

  /** Hash of the item as the vault head counts it, 32 bytes. */
  @Column('blob')
  hash!: Buffer;
}
