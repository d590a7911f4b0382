import { randomBytes } from 'node:crypto';
import type { AllowanceId, UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import type { Capture, Ledger } from './holds.js';

/** Who sends this often in a second is worth an allowance. */
const SENDS_OF_THE_BUSY = 3;
const WINDOW_MS = 1_000;
/** An allowance is meant to last so long. */
const LASTS_SECONDS = 8;
const AMOUNT_MIN = 16;
const AMOUNT_MAX = 500;
/** Credits that the ledger takes a request for. */
const ALLOWANCE_MAX = 1_000_000;
/** Asked for together. */
const GATHER_MS = 20;
/** No unit is taken so shortly before it may not be stored on any more. */
const MARGIN_MS = 2_000;
/** How long before its end the next one is asked for. */
const RENEW_MS = 5_000;
/** Whoever was refused is not asked about again so soon. */
const REFUSED_MS = 5_000;
/** What a user who has stopped sending has left is given back. */
const IDLE_MS = 2_000;
const TIDY_MS = 500;

interface Allowance {
  readonly id: AllowanceId;
  readonly userId: UserId;
  readonly granted: number;
  /** Until when something may be stored on it, in ms of `performance.now()`. */
  readonly untilMs: number;
  left: number;
  /** Units taken, of which it is not known yet what became of them. */
  taken: number;
  /** Messages stored on it that the ledger has not captured. */
  readonly uncaptured: Set<string>;
}

/** One message's worth of an allowance: stored, returned, or (where nobody knows) left to the ledger's sweeper. */
export interface Unit {
  readonly allowanceId: AllowanceId;
  readonly coveredUntilMs: number;
  /** Credits of it. */
  readonly amount: number;
}

interface Sender {
  /** What the last message cost. */
  price: number;
  /** What the ledger said last that the user has. */
  available: number | null;
  /** Stored on allowances, and not known to be captured. */
  uncaptured: number;
  /** Captures that the ledger has been told of and has not answered. */
  capturing: number;
  allowances: Allowance[];
  isAsking: boolean;
  refusedUntilMs: number;
  sends: number;
  windowAtMs: number;
  /** Sends a second, in the last whole window. */
  rate: number;
  lastAtMs: number;
}

export interface AllowancesOptions {
  readonly ledger: Pick<Ledger, 'grant' | 'close'>;
  /** Told of a failure that no sender is to blame for. */
  readonly onFailure: (event: 'allowances-away', error: unknown) => void;
  /** Milliseconds that never go back. */
  readonly monotonicMs?: () => number;
}

/**
 * The allowances of this process (.github/adr/0012): credits of busy senders that the ledger has set aside, so that their messages
 * can be stored without asking. Also knows what these senders have: the ledger's figure less what it has not been told yet.
 */
export class Allowances {
  readonly #options: Required<AllowancesOptions>;
  readonly #senders = new Map<UserId, Sender>();
  readonly #byId = new Map<AllowanceId, Allowance>();
  #wanted: { userId: UserId; amount: number }[] = [];
  #gathering: NodeJS.Timeout | undefined;
  #tidying: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: AllowancesOptions) {
    this.#options = { monotonicMs: () => performance.now(), ...options };
  }

  start(): void {
    this.#tidying ??= setInterval(() => void this.tidy(), TIDY_MS);
    this.#tidying.unref();
  }

  /** A unit for a message of this user that costs so much, or null: then it needs a hold. */
  take(userId: UserId, price: number): Unit | null {
    const nowMs = this.#options.monotonicMs();
    const sender = this.#noteSend(userId, nowMs);
    sender.price = price;
    const allowance = sender.allowances.find(({ left, untilMs }) => left >= price && nowMs < untilMs - MARGIN_MS);
    if (allowance !== undefined) {
      allowance.left -= price;
      allowance.taken += 1;
    }
    this.#askIfNeeded(userId, sender, nowMs);
    return allowance === undefined
      ? null
      : { allowanceId: allowance.id, coveredUntilMs: allowance.untilMs, amount: price };
  }

  /** The message is stored, and its capture will be told to the ledger. */
  stored({ allowanceId, amount }: Unit, messageId: string): void {
    const allowance = this.#byId.get(allowanceId);
    if (allowance === undefined) return;
    allowance.taken -= 1;
    allowance.uncaptured.add(messageId);
    this.#senderOf(allowance.userId).uncaptured += amount;
  }

  /** The message was not stored: the unit pays for another. */
  returned({ allowanceId, amount }: Unit): void {
    const allowance = this.#byId.get(allowanceId);
    if (allowance === undefined) return;
    allowance.left += amount;
    allowance.taken -= 1;
  }

  /** What the ledger says that a user has. Left aside while a capture is on its way: it may be in this figure, or not. */
  noteAvailable(userId: UserId, available: number): void {
    const sender = this.#senders.get(userId);
    if (sender !== undefined && (sender.capturing === 0 || sender.available === null)) sender.available = available;
  }

  /** What the user has, as far as this process knows; null if nothing is known. */
  availableOf(userId: UserId): number | null {
    const sender = this.#senders.get(userId);
    return sender === undefined || sender.available === null ? null : sender.available - sender.uncaptured;
  }

  /** The ledger is being told of these. */
  capturing(charges: readonly Capture[]): void {
    for (const { userId } of charges) this.#senderOf(userId).capturing += 1;
  }

  /** The ledger has answered, with what users have now; null: it has not, and will be asked again. */
  captured(
    charges: readonly Capture[],
    balances: readonly { readonly userId: UserId; readonly available: number }[] | null,
  ): void {
    for (const { key, userId, amount, allowanceId } of charges) {
      const sender = this.#senderOf(userId);
      sender.capturing -= 1;
      const allowance = allowanceId === null ? undefined : this.#byId.get(allowanceId);
      if (balances !== null && allowance?.uncaptured.delete(key) === true) sender.uncaptured -= amount;
    }
    for (const { userId, available } of balances ?? []) this.#senderOf(userId).available = available;
  }

  /** Gives back what nobody uses. What is on its way keeps its allowance open; past its lifetime the ledger's sweeper sees to it. */
  async tidy(): Promise<void> {
    const nowMs = this.#options.monotonicMs();
    const over: Allowance[] = [];
    for (const [userId, sender] of this.#senders) {
      const isIdle = this.#stopped || nowMs - sender.lastAtMs > IDLE_MS;
      sender.allowances = sender.allowances.filter((allowance) => {
        const { left, taken, uncaptured, untilMs } = allowance;
        const isOver = isIdle || left < sender.price || nowMs > untilMs - MARGIN_MS;
        const isUnknown = taken > 0;
        if (!isOver || uncaptured.size > 0 || (isUnknown && nowMs < untilMs)) return true;
        this.#byId.delete(allowance.id);
        if (!isUnknown) over.push(allowance);
        return false;
      });
      if (isIdle && sender.allowances.length === 0 && sender.capturing === 0 && !sender.isAsking) {
        this.#senders.delete(userId);
      }
    }
    for (let start = 0; start < over.length; start += LIMITS.internalBatchMax) {
      const batch = over.slice(start, start + LIMITS.internalBatchMax);
      try {
        await this.#options.ledger.close(batch.map(({ id, userId }) => ({ allowanceId: id, userId })));
      } catch (error) {
        this.#options.onFailure('allowances-away', error);
      }
    }
  }

  /** Asks for no more, and gives back what is left. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#tidying);
    clearTimeout(this.#gathering);
    await this.tidy();
  }

  #senderOf(userId: UserId): Sender {
    let sender = this.#senders.get(userId);
    if (sender === undefined) {
      sender = {
        price: 0,
        available: null,
        uncaptured: 0,
        capturing: 0,
        allowances: [],
        isAsking: false,
        refusedUntilMs: 0,
        sends: 0,
        windowAtMs: Number.NEGATIVE_INFINITY,
        rate: 0,
        lastAtMs: this.#options.monotonicMs(),
      };
      this.#senders.set(userId, sender);
    }
    return sender;
  }

  #noteSend(userId: UserId, nowMs: number): Sender {
    const sender = this.#senderOf(userId);
    const tookMs = nowMs - sender.windowAtMs;
    if (tookMs >= WINDOW_MS) {
      sender.rate = (sender.sends * 1000) / tookMs;
      sender.sends = 0;
      sender.windowAtMs = nowMs;
    }
    sender.sends += 1;
    sender.lastAtMs = nowMs;
    return sender;
  }

  #askIfNeeded(userId: UserId, sender: Sender, nowMs: number): void {
    const rate = Math.max(sender.rate, sender.sends);
    // What costs nothing needs nothing set aside.
    if (
      sender.price === 0 ||
      rate < SENDS_OF_THE_BUSY ||
      sender.isAsking ||
      this.#stopped ||
      nowMs < sender.refusedUntilMs
    )
      return;
    const isEnough = sender.allowances.some(
      ({ left, granted, untilMs }) => left >= sender.price && left > granted / 2 && nowMs < untilMs - RENEW_MS,
    );
    if (isEnough) return;
    sender.isAsking = true;
    const units = Math.min(AMOUNT_MAX, Math.max(AMOUNT_MIN, Math.ceil(rate * LASTS_SECONDS)));
    this.#wanted.push({ userId, amount: Math.min(ALLOWANCE_MAX, units * sender.price) });
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      while (this.#wanted.length > 0) void this.#ask(this.#wanted.splice(0, LIMITS.internalBatchMax));
    }, GATHER_MS);
  }

  async #ask(wanted: readonly { userId: UserId; amount: number }[]): Promise<void> {
    const asked = this.#options.monotonicMs();
    const requests = wanted.map((want) => ({ allowanceId: randomBytes(16).toString('hex') as AllowanceId, ...want }));
    const refusedUntilMs = asked + REFUSED_MS;
    try {
      const outcomes = await this.#options.ledger.grant(requests);
      requests.forEach(({ allowanceId, userId }, index) => {
        const sender = this.#senderOf(userId);
        const outcome = outcomes[index];
        if (outcome?.allowanceId !== allowanceId || outcome.outcome === 'refused') {
          sender.refusedUntilMs = refusedUntilMs;
          return;
        }
        this.noteAvailable(userId, outcome.available);
        const untilMs = asked + outcome.expiresInMs / 2;
        const { amount } = outcome;
        const allowance = {
          id: allowanceId,
          userId,
          granted: amount,
          left: amount,
          untilMs,
          taken: 0,
          uncaptured: new Set<string>(),
        };
        this.#byId.set(allowanceId, allowance);
        sender.allowances.push(allowance);
      });
    } catch (error) {
      // What was granted all the same comes back by the sweeper.
      for (const { userId } of requests) this.#senderOf(userId).refusedUntilMs = refusedUntilMs;
      this.#options.onFailure('allowances-away', error);
    }
    for (const { userId } of requests) this.#senderOf(userId).isAsking = false;
  }
}
