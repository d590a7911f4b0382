import type { UserId } from '@secureconnect/contracts/ids';
import type { LedgerReceipt, StatementLine } from '@secureconnect/contracts/statements';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { Clock } from '../deps.js';
import type { EventHub } from '../event-hub.js';
import type { Locks } from '../locks.js';
import type { SealedStore } from '../storage/sealed-store.js';
import { addsUp, checkLines, NO_LINES, thingOf, type LedgerHead } from './check-lines.js';
import { checkReceipt } from './check-receipt.js';
import type { CreditsApi } from './credits-api.js';
import { readLines, type ReadLines } from './read-lines.js';
import type { LedgerMarks } from './ledger-marks.js';
import { contradicts, type LedgerRecord } from './remembered.js';
import type { LedgerFault, StatementVerdict, StatementView } from './statement-view.js';

/** How often the balance is asked for again because a line came in between. */
const BALANCE_TRIES = 5;

export interface WalletParts {
  readonly api: CreditsApi;
  readonly primitives: Pick<Primitives, 'sha256' | 'ed25519'>;
  readonly store: SealedStore;
  readonly marks: Pick<LedgerMarks, 'remembered' | 'note' | 'flush'>;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly events: EventHub;
  readonly userId: UserId;
}

const KEY = ['ledger'] as const;

interface Fault {
  readonly fault: LedgerFault;
  readonly line: number | null;
}

/** The own account as the server tells of it, checked on this device (THREATS 99). */
export class Wallet {
  readonly #parts: WalletParts;
  /** Lines that hold, rising: only what is newer is read again. */
  #lines: readonly StatementLine[] = [];

  constructor(parts: WalletParts) {
    this.#parts = parts;
  }

  /** Reads and checks the account; what does not hold is an alarm. One at a time, in all tabs. @throws Refusal */
  statement(): Promise<StatementView> {
    const { locks, userId } = this.#parts;
    return locks.hold(`secureconnect-ledger-${userId}`, () => this.#statement());
  }

  /** Writes what was checked and is not in the vault yet. @throws Refusal */
  flush(): Promise<void> {
    return this.#parts.marks.flush();
  }

  async #statement(): Promise<StatementView> {
    const { api, clock, events, marks, store, userId } = this.#parts;
    // Before anything is read: the server may not be behind what this device has seen, or another one.
    const here = (await store.get<LedgerRecord>('meta', KEY))?.value ?? null;
    const records = [here, await marks.remembered()].filter((record) => record !== null);
    const { publicKey } = await api.receiptKey();
    let known = this.#lines;
    let read = await readLines(api, known.length);
    let fault = await this.#faultOf(known, read, records, publicKey);
    if (fault !== null && known.length > 0) {
      // From the first line: which of them is another than before?
      known = [];
      read = await readLines(api, 0);
      fault = await this.#faultOf(known, read, records, publicKey);
    }
    const lines = [...known, ...read.lines];
    this.#lines = fault === null ? lines : [];
    let verdict: StatementVerdict = { state: 'checked', atMs: clock.nowMs() };
    if (fault === null) {
      const checked: LedgerRecord = { publicKey, receipt: read.receipt };
      await store.commit({ put: [{ table: 'meta', key: KEY, value: checked }], durable: true });
      marks.note(checked);
    } else {
      verdict = { state: 'refused', ...fault };
      events.alarm('ledger-refused', { userId });
    }
    return { verdict, lines: lines.toReversed() };
  }

  async #faultOf(
    known: readonly StatementLine[],
    { lines, receipt, later, missing }: ReadLines,
    records: readonly LedgerRecord[],
    publicKey: string,
  ): Promise<Fault | null> {
    const { primitives, userId } = this.#parts;
    if (records.some((record) => record.publicKey !== publicKey)) return { fault: 'key-changed', line: null };
    for (const signed of [receipt, ...later]) {
      const isSigned = await checkReceipt(primitives, userId, publicKey, signed);
      if (!isSigned) return { fault: 'unsigned', line: null };
      if (signed.line < receipt.line) return { fault: 'rewound', line: receipt.line };
    }
    if (missing !== null) return { fault: 'gap', line: missing };
    const all = [...known, ...lines].slice(0, receipt.line);
    for (const record of records) {
      const changed = contradicts(record, all);
      if (changed !== null) return changed;
    }
    const from = known.at(-1) ?? NO_LINES;
    const wrong = await checkLines(primitives, userId, lines, from, new Set(known.map(thingOf)));
    if (wrong !== null) return wrong;
    const head = lines.at(-1) ?? from;
    if (!isSame(head, receipt)) return { fault: 'end', line: receipt.line };
    return this.#balanceFault(receipt, publicKey);
  }

  /** Compares what can be spent, and is held, with the account's end: at a moment when no line came before or after. */
  async #balanceFault(end: LedgerReceipt, publicKey: string): Promise<Fault | null> {
    const { api, primitives, userId } = this.#parts;
    let before = end;
    for (let tries = 0; tries < BALANCE_TRIES; tries++) {
      const { available, held } = await api.balance();
      const { receipt } = await api.statement(null, 1);
      if (!(await checkReceipt(primitives, userId, publicKey, receipt))) return { fault: 'unsigned', line: null };
      if (receipt.line < before.line) return { fault: 'rewound', line: before.line };
      if (receipt.line === before.line) {
        if (!isSame(receipt, before)) return { fault: 'rewritten', line: receipt.line };
        // Who has no account yet is promised what opening gives.
        const holds = receipt.line === 0 || addsUp({ available, held }, receipt);
        return holds ? null : { fault: 'balance', line: null };
      }
      before = receipt;
    }
    // Lines come faster than questions: the next check finds a quieter moment.
    return null;
  }
}

const isSame = (one: LedgerHead, other: LedgerHead): boolean =>
  one.line === other.line && one.hash === other.hash && one.balance === other.balance;
