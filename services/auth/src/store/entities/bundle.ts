import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A public identity bundle (PROTOCOL 4), as it was sent. */
@Entity({ name: 'bundle' })
export class BundleRow {
  @PrimaryColumn('text', { name: 'user_id' })
  userId!: string;

  @PrimaryColumn('integer', { name: 'bundle_ver' })
  bundleVer!: number;

  @Column('blob')
  bytes!: Buffer;
}
