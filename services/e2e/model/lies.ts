import type { StoredMessage } from '@secureconnect/contracts/messaging';

/** What one device is told of the conversation, beside the truth. Positions are those of the truth. */
export class Lies {
  readonly dropped = new Set<number>();
  /** Each with the one after it. */
  readonly swapped = new Set<number>();
  readonly repeated = new Set<number>();
  /** Envelopes of mallory's, each after a position. */
  readonly slipped = new Map<number, Uint8Array>();
  /** Everything after this position is kept back. */
  heldAfter: number | null = null;

  get isHonest(): boolean {
    return (
      this.dropped.size + this.swapped.size + this.repeated.size + this.slipped.size === 0 && this.heldAfter === null
    );
  }

  end(): void {
    for (const lies of [this.dropped, this.swapped, this.repeated, this.slipped]) lies.clear();
    this.heldAfter = null;
  }

  tell(truth: readonly StoredMessage[]): StoredMessage[] {
    const told: StoredMessage[] = [];
    let kept: StoredMessage | null = null;
    for (const message of truth) {
      const { seq } = message;
      if (this.heldAfter !== null && seq > this.heldAfter) break;
      if (!this.dropped.has(seq)) {
        if (this.swapped.has(seq) && kept === null) {
          kept = message;
          continue;
        }
        told.push(message);
        if (this.repeated.has(seq)) told.push(message);
      }
      if (kept !== null) {
        told.push(kept);
        kept = null;
      }
      const slipped = this.slipped.get(seq);
      if (slipped) told.push({ ...message, envelope: new Uint8Array(slipped) });
    }
    return told;
  }
}
