import type { AllowanceId, UserId } from '@secureconnect/contracts/ids';
import type { ChargeKind } from '@secureconnect/contracts/internal';
import type { TopupId } from '@secureconnect/contracts/topups';
import type { DeedId } from '@secureconnect/contracts/admin-acts';
import type {
  Account,
  AdjustmentRecord,
  Allowance,
  Book,
  Charge,
  TopupRecord,
} from '@secureconnect/credits/ledger/book';

export const OPENING = 500;
const ISSUED = 1;
const SPENT = 2;

/** The ledger as plain maps: the book that rules are tried on without a store. */
export class MemoryBook implements Book {
  readonly accounts = new Map<number, Account>([ISSUED, SPENT].map((number) => [number, emptyAccount(number)]));
  readonly owners = new Map<UserId, number>();
  readonly charges = new Map<string, Charge>();
  readonly allowances = new Map<AllowanceId, Allowance>();
  readonly adjustments = new Map<DeedId, AdjustmentRecord>();
  readonly topups = new Map<TopupId, TopupRecord>();
  /** Keys in the order in which they were spent. */
  readonly spent: string[] = [];

  account(owner: UserId): Account {
    const known = this.knownAccount(owner);
    if (known !== null) return known;
    const account = emptyAccount(this.accounts.size + 1);
    this.accounts.set(account.number, account);
    this.owners.set(owner, account.number);
    this.#move(ISSUED, account.number, OPENING);
    return account;
  }

  knownAccount(owner: UserId): Account | null {
    const number = this.owners.get(owner);
    return number === undefined ? null : this.#numbered(number);
  }

  accountOf(charge: { readonly account: number }): Account {
    return this.#numbered(charge.account);
  }

  charge(kind: ChargeKind, key: string): Charge | null {
    return this.charges.get(`${kind} ${key}`) ?? null;
  }

  keep(charge: Charge): void {
    this.charges.set(`${charge.kind} ${charge.key}`, charge);
  }

  allowance(allowanceId: AllowanceId): Allowance | null {
    return this.allowances.get(allowanceId) ?? null;
  }

  keepAllowance(allowance: Allowance): void {
    this.allowances.set(allowance.allowanceId, allowance);
  }

  dropAllowance(allowance: Allowance): void {
    this.allowances.delete(allowance.allowanceId);
  }

  spend(charge: Charge): void {
    this.spent.push(charge.key);
    this.#move(charge.account, SPENT, charge.amount);
  }

  topup(topupId: TopupId): TopupRecord | null {
    return this.topups.get(topupId) ?? null;
  }

  openTopups(account: number): number {
    return [...this.topups.values()].filter((topup) => topup.account === account && topup.state === 'requested').length;
  }

  openTopup(topup: TopupRecord): void {
    this.topups.set(topup.topupId, topup);
  }

  endTopup(topup: TopupRecord): void {
    this.topups.set(topup.topupId, topup);
  }

  issue(topup: TopupRecord): void {
    this.#move(ISSUED, topup.account, topup.amount);
  }

  adjustment(deedId: DeedId): AdjustmentRecord | null {
    return this.adjustments.get(deedId) ?? null;
  }

  adjust(adjustment: AdjustmentRecord): void {
    this.adjustments.set(adjustment.deedId, adjustment);
    this.#move(ISSUED, adjustment.account, adjustment.amount);
  }

  #move(from: number, to: number, amount: number): void {
    this.#numbered(from).balance -= amount;
    this.#numbered(to).balance += amount;
  }

  #numbered(number: number): Account {
    const account = this.accounts.get(number);
    if (account === undefined) throw new Error('no such account');
    return account;
  }
}

function emptyAccount(number: number): Account {
  return { number, balance: 0, held: 0, allowed: 0, version: 0 };
}
