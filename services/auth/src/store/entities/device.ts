import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A device certificate (PROTOCOL 4), as it was sent. */
@Entity({ name: 'device' })
export class DeviceRow {
  @PrimaryColumn('text', { name: 'device_id' })
  deviceId!: string;

  @Column('text', { name: 'user_id' })
  userId!: string;

  @Column('blob')
  cert!: Buffer;

  @Column('integer', { name: 'published_at_ms' })
  publishedAtMs!: number;

  /** 1 once its account started fresh without it: it is never bound or renewed again. */
  @Column('integer')
  superseded!: number;
}

/** A signed revocation of a device (PROTOCOL 4), as it was sent. */
@Entity({ name: 'revocation' })
export class RevocationRow {
  @PrimaryColumn('text', { name: 'device_id' })
  deviceId!: string;

  @Column('text', { name: 'user_id' })
  userId!: string;

  @Column('blob')
  bytes!: Buffer;
}
