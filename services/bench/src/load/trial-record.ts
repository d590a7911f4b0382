import { frameNumber } from './frames.js';
import { summarize } from './latencies.js';
import type { TrialOutcome } from './plan.js';

export interface TrialRecordOptions {
  readonly messages: number;
  readonly seats: number;
  /** Messages a second. */
  readonly rate: number;
  readonly warmUpMs: number;
  /** The frame that was sent as number `index`. */
  readonly frame: (index: number) => Buffer;
  readonly storesSequence: boolean;
}

interface Acknowledgement {
  readonly ok: boolean;
  readonly seq?: number;
  readonly code?: string;
}

/**
 * Book-keeping of a trial: what was sent, acknowledged and delivered, and when. Times are counted from when a message was *due*, so a
 * generator or a server that stalls makes the messages behind it late instead of rare.
 */
export class TrialRecord {
  readonly #options: TrialRecordOptions;
  readonly #deliveredAt: Float64Array;
  readonly #ackedAt: Float64Array;
  readonly #seq: Int32Array;
  readonly #accepted: number[];
  /** By receiving seat: the highest number that arrived. */
  readonly #newest: Int32Array;
  readonly #refused: Record<string, number> = {};
  #startMs = 0;
  #sent = 0;
  #delivered = 0;
  #answered = 0;
  #duplicated = 0;
  #misordered = 0;
  #damaged = 0;

  constructor(options: TrialRecordOptions) {
    this.#options = options;
    this.#deliveredAt = new Float64Array(options.messages).fill(Number.NaN);
    this.#ackedAt = new Float64Array(options.messages).fill(Number.NaN);
    this.#seq = new Int32Array(options.messages);
    this.#accepted = new Array<number>(options.seats).fill(0);
    this.#newest = new Int32Array(options.seats).fill(-1);
  }

  begin(startMs: number): void {
    this.#startMs = startMs;
  }

  /** When message `index` is to be sent. */
  dueAt(index: number): number {
    return this.#startMs + (index * 1000) / this.#options.rate;
  }

  /** Everything that was sent was answered, and what was accepted has arrived. */
  get isComplete(): boolean {
    return this.#answered === this.#sent && this.#delivered >= this.#acceptedInAll();
  }

  senderOf(index: number): number {
    return index % this.#options.seats;
  }

  noteSent(): void {
    this.#sent++;
  }

  noteAcknowledged(index: number, answer: Acknowledgement, nowMs: number): void {
    this.#answered++;
    if (!answer.ok) {
      const code = answer.code ?? 'without-code';
      this.#refused[code] = (this.#refused[code] ?? 0) + 1;
      return;
    }
    this.#ackedAt[index] = nowMs - this.dueAt(index);
    this.#accepted[this.senderOf(index)]! += 1;
    this.#seq[index] = answer.seq ?? 0;
  }

  /** A message arrived at a seat. The sender's own copy is not counted. */
  noteArrived(seat: number, envelope: Buffer, nowMs: number): void {
    const index = frameNumber(envelope);
    if (index < 0 || index >= this.#options.messages || !envelope.equals(this.#options.frame(index))) {
      this.#damaged++;
      return;
    }
    const sender = this.senderOf(index);
    if (seat === sender) return;
    if (seat !== (sender ^ 1)) {
      this.#damaged++;
      return;
    }
    if (!Number.isNaN(this.#deliveredAt[index]!)) {
      this.#duplicated++;
      return;
    }
    this.#deliveredAt[index] = nowMs - this.dueAt(index);
    this.#delivered++;
    if (index < this.#newest[seat]!) this.#misordered++;
    else this.#newest[seat] = index;
  }

  outcome(generatorCpuMs: number, tookMs: number): TrialOutcome {
    const measuredFrom = Math.ceil((this.#options.warmUpMs * this.#options.rate) / 1000);
    const measured = (all: Float64Array) => summarize(all.slice(measuredFrom).filter((value) => !Number.isNaN(value)));
    return {
      sent: this.#sent,
      delivered: this.#delivered,
      acknowledged: this.#acceptedInAll(),
      refused: this.#refused,
      duplicated: this.#duplicated,
      misordered: this.#misordered,
      damaged: this.#damaged,
      brokenSequences: this.#options.storesSequence ? this.#brokenSequences() : 0,
      accepted: this.#accepted,
      unanswered: this.#sent - this.#answered,
      delivery: measured(this.#deliveredAt),
      ack: measured(this.#ackedAt),
      generatorCpuMs,
      tookMs,
    };
  }

  #acceptedInAll(): number {
    return this.#accepted.reduce((sum, count) => sum + count, 0);
  }

  /** Positions of a conversation's accepted messages must be a run without gap or repetition. */
  #brokenSequences(): number {
    const positions = new Map<number, number[]>();
    this.#seq.forEach((seq, index) => {
      if (Number.isNaN(this.#ackedAt[index]!)) return;
      const conversation = this.senderOf(index) >> 1;
      const known = positions.get(conversation);
      if (known === undefined) positions.set(conversation, [seq]);
      else known.push(seq);
    });
    let broken = 0;
    for (const run of positions.values()) {
      run.sort((left, right) => left - right);
      if (run.some((seq, index) => seq !== run[0]! + index) || run[0] === 0) broken++;
    }
    return broken;
  }
}
