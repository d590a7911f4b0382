import type { RelayOutcome } from '@secureconnect/contracts/internal';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Counts of one hour and outcome. */
@Entity({ name: 'relay_hour' })
export class RelayHourRow {
  @PrimaryColumn({ name: 'hour_at_ms', type: 'integer' })
  hourAtMs!: number;

  @PrimaryColumn({ type: 'text' })
  outcome!: RelayOutcome;

  @Column({ type: 'integer' })
  signals!: number;

  @Column({ type: 'integer' })
  bytes!: number;
}
