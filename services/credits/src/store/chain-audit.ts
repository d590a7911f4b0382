import type { UserId } from '@secureconnect/contracts/ids';
import { hashLine } from './line-hash.js';

/** An entry as a line of the account that is a user's. */
export interface LineAudit {
  readonly id: number;
  readonly account: number;
  readonly owner: UserId;
  readonly line: number;
  readonly previous: number;
  readonly balance: number;
  readonly hash: Buffer;
  readonly reason: string;
  readonly key: string;
  readonly amount: number;
  readonly atMs: number;
}

/** Where an account says that its chain ends. */
export interface ChainEnd {
  readonly number: number;
  readonly lastEntry: number;
  readonly line: number;
  readonly hash: Buffer;
}

interface Chain {
  last: number;
  line: number;
  balance: number;
  hash: Buffer;
  isWrong: boolean;
}

const EMPTY: Chain = { last: 0, line: 0, balance: 0, hash: Buffer.alloc(32), isWrong: false };

/** Makes the hash of every line anew. Give it the entries in the order in which they were posted, then ask where each chain ended. */
export class ChainAudit {
  readonly #chains = new Map<number, Chain>();

  follow(row: LineAudit): void {
    const chain = this.#chains.get(row.account) ?? EMPTY;
    const { owner: userId, id, line, previous, reason, key, amount, balance, atMs, hash } = row;
    const isWrong =
      chain.isWrong ||
      previous !== chain.last ||
      line !== chain.line + 1 ||
      balance !== chain.balance + amount ||
      !hash.equals(hashLine(chain.hash, { userId, line, reason, key, amount, balance, atMs }));
    this.#chains.set(row.account, { last: id, line, balance, hash, isWrong });
  }

  /** Whether the account's lines are a whole chain that ends where the account says. */
  isWhole(end: ChainEnd): boolean {
    const chain = this.#chains.get(end.number) ?? EMPTY;
    return !chain.isWrong && chain.last === end.lastEntry && chain.line === end.line && chain.hash.equals(end.hash);
  }
}
