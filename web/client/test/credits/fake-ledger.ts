import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { UserId } from '@secureconnect/contracts/ids';
import { FIRST_LEDGER_HASH, ledgerLineText } from '@secureconnect/contracts/ledger-line';
import {
  receiptText,
  type LedgerReceipt,
  type StatementAnswer,
  type StatementLine,
} from '@secureconnect/contracts/statements';
import type { CreditsApi } from '../../src/credits/credits-api.js';

export const ALICE = 'a1'.repeat(16) as UserId;
export const BOB = 'b0'.repeat(16) as UserId;

export const keyOf = (number: number): string => number.toString(16).padStart(32, '0');

function makeKey(): { readonly privateKey: KeyObject; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ format: 'jwk' }).x! };
}

/** The server's side of one account: honest as it is made, and everything of it can be changed. */
export class FakeLedger implements CreditsApi {
  lines: StatementLine[] = [];
  pageSize = 500;
  held = 0;
  /** Pages that were asked for. */
  pages = 0;
  #key = makeKey();
  /** Runs before an answer: what happens on the server meanwhile. */
  meanwhile: (route: 'statement' | 'receipt-key' | 'balance') => void = () => undefined;
  /** Changes a receipt after it was signed. */
  forge: (receipt: LedgerReceipt) => LedgerReceipt = (receipt) => receipt;
  /** Changes what is answered as the balance. */
  spendable = (balance: number): number => balance;

  constructor(readonly userId: UserId = ALICE) {
    this.post('opening', userId, 500);
  }

  /** `count` messages that were paid. */
  static of(count: number): FakeLedger {
    const ledger = new FakeLedger();
    for (let number = 1; number <= count; number++) ledger.pay(number);
    return ledger;
  }

  pay(number: number): void {
    this.post('message', keyOf(number), -1);
  }

  /** @param lost - credits that the balance lacks */
  post(reason: string, key: string, amount: number, lost = 0): void {
    const last = this.lines.at(-1);
    const line = (last?.line ?? 0) + 1;
    const balance = (last?.balance ?? 0) + amount - lost;
    const made = { line, reason, key, amount, balance, atMs: 1_795_000_000_000 + line };
    this.lines.push({ ...made, hash: this.#hash(last?.hash ?? FIRST_LEDGER_HASH, made) });
  }

  /** Changes a line, by its number. */
  edit(line: number, change: Partial<StatementLine>): void {
    this.lines = this.lines.map((known) => (known.line === line ? { ...known, ...change } : known));
  }

  /** Makes numbers, balances and hashes fit again: another history, and a whole one. */
  remake(): void {
    const before = this.lines;
    this.lines = [];
    for (const { reason, key, amount } of before) this.post(reason, key, amount);
  }

  /** Signs with another key from now on. */
  changeKey(): void {
    this.#key = makeKey();
  }

  async receiptKey(): Promise<{ publicKey: string }> {
    this.meanwhile('receipt-key');
    return { publicKey: this.#key.publicKey };
  }

  async balance(): Promise<{ available: number; held: number; version: number }> {
    this.meanwhile('balance');
    const available = this.spendable((this.lines.at(-1)?.balance ?? 500) - this.held);
    return { available, held: this.held, version: this.lines.length };
  }

  async statement(before: string | null, limit: number): Promise<StatementAnswer> {
    this.meanwhile('statement');
    this.pages += 1;
    const falling = this.lines.toReversed();
    const start = before === null ? 0 : falling.findIndex(({ reason, key }) => `${reason}:${key}` === before) + 1;
    const lines = falling.slice(start, start + Math.min(limit, this.pageSize));
    return { lines, more: start + lines.length < falling.length, receipt: this.forge(this.#receipt()) };
  }

  #receipt(): LedgerReceipt {
    const { line, hash, balance } = this.lines.at(-1) ?? { line: 0, hash: FIRST_LEDGER_HASH, balance: 0 };
    const unsigned = { userId: this.userId, line, hash, balance, atMs: 1_795_000_000_000 };
    const signature = sign(null, Buffer.from(receiptText(unsigned)), this.#key.privateKey).toString('base64url');
    return { ...unsigned, signature };
  }

  #hash(previous: string, line: Omit<StatementLine, 'hash'>): string {
    const text = ledgerLineText(previous, { userId: this.userId, ...line });
    return createHash('sha256').update(text).digest('hex');
  }
}
