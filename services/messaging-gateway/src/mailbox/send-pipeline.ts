import type { ChargeKind, HoldOutcome } from '@secureconnect/contracts/internal';
import type { ProblemCode } from '@secureconnect/contracts/problem';
import { repeatOrRefuse, type AdmittedMessage, type StoredPosition } from './chain-rules.js';
import type { Allowances, Unit } from './allowances.js';
import type { PaidMessage, Placement } from '../store/mailbox-store.js';
import type { Ledger } from './holds.js';

/** What became of a message. `available` is the sender's credits after it; null where an earlier answer is repeated. */
export type SendResult =
  | { readonly outcome: 'stored'; readonly seq: number; readonly acceptedAtMs: number; readonly available: number }
  | { readonly outcome: 'repeated'; readonly seq: number; readonly acceptedAtMs: number }
  | { readonly outcome: 'refused'; readonly code: ProblemCode; readonly retryAfterSeconds?: number };

/** The store, as far as the pipeline needs it. */
export interface Mailbox {
  known(messageId: string): StoredPosition | null;
  place(messages: readonly PaidMessage[]): Promise<Placement[]>;
}

/** What a message is charged as, and how much. */
export interface Cost {
  readonly kind: ChargeKind;
  /** Credits. */
  readonly amount: number;
}

export interface PipelineOptions {
  readonly mailbox: Mailbox;
  readonly ledger: Pick<Ledger, 'hold' | 'settle'>;
  readonly allowances: Pick<Allowances, 'take' | 'stored' | 'returned' | 'noteAvailable' | 'availableOf'>;
  /** What a message costs if it is sent now. */
  readonly costOf: (message: AdmittedMessage) => Cost;
  readonly queueMax: number;
  readonly batchMax: number;
  /** Bytes of envelopes that wait. */
  readonly queueMaxBytes: number;
  /** Told of a failure that no sender is to blame for. */
  readonly onFailure: (event: 'ledger-away' | 'store-failed' | 'release-failed', error: unknown) => void;
  readonly onBatch?: (size: number) => void;
  /** Milliseconds that never go back. */
  readonly monotonicMs?: () => number;
}

interface Waiting {
  readonly message: AdmittedMessage;
  /** Of the moment in which it came: that is what is held, and what is paid. */
  readonly cost: Cost;
  readonly settle: (result: SendResult) => void;
}
/** Paid for by a unit of an allowance. */
interface Covered extends Waiting {
  readonly unit: Unit;
}
/** Paid for by a hold of its own. */
interface Held extends Waiting {
  readonly available: number;
}

/** With several messages a batch, the least time between the beginnings of two: what each batch costs is shared by more. */
const GAP_MS = 10;
const BUSY_BATCH = 3;

const QUEUE_FULL: SendResult = { outcome: 'refused', code: 'unavailable', retryAfterSeconds: 2 };
const LEDGER_AWAY: SendResult = { outcome: 'refused', code: 'credits-unavailable', retryAfterSeconds: 1 };
const STORE_FAILED: SendResult = { outcome: 'refused', code: 'unavailable', retryAfterSeconds: 1 };

/**
 * Messages on their way into the store, in two lanes. Who has an allowance (.github/adr/0012) is stored at once: what arrives while
 * one transaction runs becomes the next. Everybody else needs a hold first: what arrives while a batch is being held waits for the
 * next, so that the batches grow with the load; one batch = one request for holds, then one durable transaction. A sender with
 * messages in the second lane stays there, so that they are placed in the order in which they came.
 *
 * Why each stored message is charged exactly once: it is placed only on a unit of an allowance, or on a hold (or an earlier capture) of its own id, and the
 * capture is written in the same transaction. What is not placed is given back here, or by the ledger's sweeper, which asks whether the message exists.
 */
export class SendPipeline {
  readonly #options: Required<Omit<PipelineOptions, 'onBatch'>> & Pick<PipelineOptions, 'onBatch'>;
  #waiting: Waiting[] = [];
  #isHolding = false;
  /** Senders with messages in the lane of holds, and how many. */
  readonly #holding = new Map<string, number>();
  #covered: Covered[] = [];
  #isPlacing = false;
  /** How many messages the lane of allowances has taken and answered, and who waits until it has answered so many. */
  #taken = 0;
  #answered = 0;
  #behind: { readonly answered: number; readonly go: () => void }[] = [];
  #inFlight = 0;
  #bytes = 0;
  #idle: (() => void)[] = [];

  constructor(options: PipelineOptions) {
    this.#options = { monotonicMs: () => performance.now(), ...options };
  }

  /** Messages that are not answered yet. */
  get depth(): number {
    return this.#waiting.length + this.#covered.length + this.#inFlight;
  }

  /** Takes a message; resolves when it is durable, or refused. Never rejects. */
  send(message: AdmittedMessage): Promise<SendResult> {
    const sizeBytes = message.envelope.byteLength;
    if (this.depth >= this.#options.queueMax || this.#bytes + sizeBytes > this.#options.queueMaxBytes) {
      return Promise.resolve(QUEUE_FULL);
    }
    this.#bytes += sizeBytes;
    return new Promise((resolve) => {
      let isSettled = false;
      const settle = (result: SendResult): void => {
        if (isSettled) return;
        isSettled = true;
        this.#bytes -= sizeBytes;
        resolve(result);
      };
      const { senderUser } = message;
      const cost = this.#options.costOf(message);
      const unit = this.#options.allowances.take(senderUser, cost.amount);
      if (unit !== null && !this.#holding.has(senderUser)) {
        this.#covered.push({ message, cost, settle, unit });
        this.#taken += 1;
        if (this.#isPlacing) return;
        this.#isPlacing = true;
        setImmediate(() => void this.#runCovered());
        return;
      }
      if (unit !== null) this.#options.allowances.returned(unit);
      this.#holding.set(senderUser, (this.#holding.get(senderUser) ?? 0) + 1);
      this.#waiting.push({ message, cost, settle });
      if (this.#isHolding) return;
      this.#isHolding = true;
      // After this tick's input: whatever came with this message shares its batch.
      setImmediate(() => void this.#runHolds());
    });
  }

  /** Resolves when everything that was taken is answered. */
  async drained(): Promise<void> {
    if (this.depth > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #runCovered(): Promise<void> {
    while (this.#covered.length > 0) {
      const began = performance.now();
      const batch = this.#covered.splice(0, this.#options.batchMax);
      this.#inFlight += batch.length;
      this.#options.onBatch?.(batch.length);
      await this.#placeCovered(batch).catch((error: unknown) => {
        // Not known whether it was stored: the units stay taken, and the sender asks again under the same id.
        this.#options.onFailure('store-failed', error);
        for (const { settle } of batch) settle(STORE_FAILED);
      });
      this.#answered += batch.length;
      this.#letGo();
      this.#landed(batch.length);
      const restMs = batch.length < BUSY_BATCH ? 0 : began + GAP_MS - performance.now();
      if (restMs > 1) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
    this.#isPlacing = false;
  }

  async #placeCovered(batch: readonly Covered[]): Promise<void> {
    const { mailbox, allowances } = this.#options;
    const placements = await mailbox.place(
      batch.map(({ message, cost: { kind }, unit }) => ({ message, kind, ...unit })),
    );
    batch.forEach(({ message, settle, unit }, index) => {
      const placement = placements[index];
      if (placement === undefined) throw new Error('a message was not placed');
      if (placement.outcome === 'stored') allowances.stored(unit, message.messageId);
      else allowances.returned(unit);
      settle(toResult(placement, allowances.availableOf(message.senderUser) ?? 0));
    });
  }

  /** Resolves when all that the lane of allowances had taken is answered. */
  #after(taken: number): Promise<void> {
    return new Promise((go) => this.#behind.push({ answered: taken, go }));
  }

  #letGo(): void {
    const free = this.#behind.filter(({ answered }) => answered <= this.#answered);
    if (free.length === 0) return;
    this.#behind = this.#behind.filter(({ answered }) => answered > this.#answered);
    for (const { go } of free) go();
  }

  async #runHolds(): Promise<void> {
    while (this.#waiting.length > 0) {
      const taken = this.#taken;
      const batch = this.#waiting.splice(0, this.#options.batchMax);
      this.#inFlight += batch.length;
      this.#options.onBatch?.(batch.length);
      const held = await this.#hold(batch).catch((error: unknown) => {
        // A read of the store failed: whoever was not answered yet is told so, and the next batch goes on.
        this.#options.onFailure('store-failed', error);
        for (const { settle } of batch) settle(STORE_FAILED);
        return { held: [], deadlineMs: 0 };
      });
      // Not awaited: the store's queue keeps the order, and the next batch can be held meanwhile.
      void this.#place(held, batch, taken);
    }
    this.#isHolding = false;
  }

  /** Settles what is refused or known; gives the rest with the time until which it may be placed. */
  async #hold(batch: readonly Waiting[]): Promise<{ held: readonly Held[]; deadlineMs: number }> {
    const fresh: Waiting[] = [];
    for (const waiting of batch) {
      const known = this.#options.mailbox.known(waiting.message.messageId);
      if (known === null) fresh.push(waiting);
      else waiting.settle(toResult(repeatOrRefuse(waiting.message, known), 0));
    }
    if (fresh.length === 0) return { held: [], deadlineMs: 0 };
    const asked = this.#options.monotonicMs();
    let outcomes: readonly HoldOutcome[];
    try {
      outcomes = await this.#options.ledger.hold(
        fresh.map(({ message, cost }) => ({ ...cost, key: message.messageId, userId: message.senderUser })),
      );
    } catch (error) {
      this.#options.onFailure('ledger-away', error);
      // Whoever waited meanwhile would wait as long again for the same answer.
      const others = this.#waiting.splice(0);
      for (const { settle } of [...fresh, ...others]) settle(LEDGER_AWAY);
      this.#leftHolds(others);
      return { held: [], deadlineMs: 0 };
    }
    return this.#sortOut(fresh, outcomes, asked);
  }

  #sortOut(fresh: readonly Waiting[], outcomes: readonly HoldOutcome[], asked: number) {
    const held: Held[] = [];
    let lifetimeMs = Number.POSITIVE_INFINITY;
    fresh.forEach((waiting, index) => {
      const hold = outcomes[index];
      if (hold?.key !== waiting.message.messageId) {
        waiting.settle(LEDGER_AWAY);
      } else if (hold.outcome === 'insufficient') {
        // Enough, even less what the ledger was not told yet, but set aside for another replica: that comes back soon.
        const isElsewhere = this.#availableNow(waiting.message, hold.available) >= waiting.cost.amount;
        waiting.settle(isElsewhere ? LEDGER_AWAY : { outcome: 'refused', code: 'insufficient-credits' });
      } else if (hold.outcome === 'conflict') {
        waiting.settle({ outcome: 'refused', code: 'message-id-taken' });
      } else {
        if (hold.outcome === 'held') lifetimeMs = Math.min(lifetimeMs, hold.expiresInMs);
        held.push({ ...waiting, available: this.#availableNow(waiting.message, hold.available) });
      }
    });
    // The first half of the lifetime is ours; after all of it the sweeper may find that there is no such message.
    return { held, deadlineMs: asked + lifetimeMs / 2 };
  }

  #availableNow({ senderUser }: AdmittedMessage, available: number): number {
    this.#options.allowances.noteAvailable(senderUser, available);
    return Math.min(available, this.#options.allowances.availableOf(senderUser) ?? available);
  }

  async #place(
    { held, deadlineMs }: { held: readonly Held[]; deadlineMs: number },
    batch: readonly Waiting[],
    taken: number,
  ): Promise<void> {
    try {
      // Somebody whose allowance came to its end in between has earlier messages in the other lane.
      if (held.length > 0 && this.#answered < taken) await this.#after(taken);
      if (held.length > 0) await this.#placeHeld(held, deadlineMs);
    } catch (error) {
      // Not known whether it was stored: the holds stay for the sweeper, and the sender asks again under the same id.
      this.#options.onFailure('store-failed', error);
      for (const { settle } of held) settle(STORE_FAILED);
    }
    this.#leftHolds(batch);
    this.#landed(batch.length);
  }

  /** Whoever has nothing left in the lane of holds may use an allowance again. */
  #leftHolds(batch: readonly Waiting[]): void {
    for (const { message } of batch) {
      const left = (this.#holding.get(message.senderUser) ?? 1) - 1;
      if (left > 0) this.#holding.set(message.senderUser, left);
      else this.#holding.delete(message.senderUser);
    }
  }

  #landed(count: number): void {
    this.#inFlight -= count;
    if (this.depth > 0) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  async #placeHeld(held: readonly Held[], coveredUntilMs: number): Promise<void> {
    if (this.#options.monotonicMs() > coveredUntilMs) throw new Error('the holds are too old to store on');
    const placements = await this.#options.mailbox.place(
      held.map(({ message, cost }) => ({ message, ...cost, allowanceId: null, coveredUntilMs })),
    );
    const unused: Held[] = [];
    held.forEach((waiting, index) => {
      const { settle, available } = waiting;
      const placement = placements[index];
      if (placement === undefined) throw new Error('a message was not placed');
      if (
        placement.outcome === 'epoch-stale' ||
        placement.outcome === 'sequence-gap' ||
        placement.outcome === 'hold-expired'
      )
        unused.push(waiting);
      settle(toResult(placement, available));
    });
    if (unused.length > 0) this.#release(unused);
  }

  /** Gives back what was held for nothing. When it fails, the sweeper does it. */
  #release(unused: readonly Held[]): void {
    this.#options.ledger
      .settle(
        unused.map(({ message, cost }) => ({
          ...cost,
          key: message.messageId,
          userId: message.senderUser,
          move: 'release',
        })),
      )
      .catch((error: unknown) => {
        this.#options.onFailure('release-failed', error);
      });
  }
}

function toResult(placement: Placement, available: number): SendResult {
  switch (placement.outcome) {
    case 'stored':
      return { outcome: 'stored', seq: placement.seq, acceptedAtMs: placement.acceptedAtMs, available };
    case 'repeated':
      return { outcome: 'repeated', seq: placement.seq, acceptedAtMs: placement.acceptedAtMs };
    case 'hold-expired':
      return STORE_FAILED;
    case 'message-id-taken':
    case 'sequence-gap':
    case 'epoch-stale':
      return { outcome: 'refused', code: placement.outcome };
  }
}
