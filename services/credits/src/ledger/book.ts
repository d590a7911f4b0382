import type { DeedId } from '@secureconnect/contracts/admin-acts';
import type { AllowanceId, UserId } from '@secureconnect/contracts/ids';
import type { ChargeKind } from '@secureconnect/contracts/internal';
import type { TopupId, TopupState } from '@secureconnect/contracts/topups';
import type { ChargeState } from './charge-states.js';

/** A user's account while a transaction works on it. */
export interface Account {
  readonly number: number;
  /** Sum of its entries. Below zero only where something was used before it could be paid. */
  balance: number;
  /** Sum of its charges that are held. Never below zero. */
  held: number;
  /** Sum of its open allowances: the user's still, but set aside for senders. Never below zero. */
  allowed: number;
  /** Rises with every change. */
  version: number;
}

/** What one key is charged. */
export interface Charge {
  readonly kind: ChargeKind;
  readonly key: string;
  /** Number of the account that pays. */
  readonly account: number;
  readonly amount: number;
  readonly state: ChargeState;
  /** Of a held one: when its lifetime ends. */
  readonly expiresAtMs: number;
  /** Of a held one: how often the hold was asked for. More than once: several may count on it. */
  readonly asked: number;
}

/** Credits of an account that one process of the gateway may charge things to without asking before each. */
export interface Allowance {
  readonly allowanceId: AllowanceId;
  /** Number of the account that pays. */
  readonly account: number;
  /** What is left of it. */
  readonly amount: number;
  readonly expiresAtMs: number;
}

/** A request for credits. */
export interface TopupRecord {
  readonly topupId: TopupId;
  /** Number of the account that is to be given them. */
  readonly account: number;
  readonly amount: number;
  readonly reference: string;
  readonly note: string;
  readonly state: TopupState;
  readonly requestedAtMs: number;
  readonly endedAtMs: number | null;
  readonly decidedBy: UserId | null;
  readonly reason: string | null;
}

/** What an operator gave or took. */
export interface AdjustmentRecord {
  readonly deedId: DeedId;
  readonly account: number;
  /** Below zero for what was taken. */
  readonly amount: number;
  readonly byUserId: UserId;
  readonly reason: string;
}

export interface HoldTerms {
  readonly nowMs: number;
  /** How long a hold or an allowance lives. */
  readonly lifetimeMs: number;
}

/** The ledger as a transaction sees it. Everything written through it becomes durable together, or not at all. */
export interface Book {
  /** The user's account; a new one is opened with the opening credits, an entry from `issued`. */
  account(owner: UserId): Account;
  /** The user's account, unless there is none yet. */
  knownAccount(owner: UserId): Account | null;
  accountOf(charge: { readonly account: number }): Account;
  charge(kind: ChargeKind, key: string): Charge | null;
  /** Writes a charge, new or changed. */
  keep(charge: Charge): void;
  allowance(allowanceId: AllowanceId): Allowance | null;
  /** Writes an allowance, new or changed. */
  keepAllowance(allowance: Allowance): void;
  dropAllowance(allowance: Allowance): void;
  /** Posts the entry that moves a charge's amount from its account to `spent`. A second one for the same key is refused by the store. */
  spend(charge: Charge): void;
  topup(topupId: TopupId): TopupRecord | null;
  /** How many requests of the account nobody has decided. */
  openTopups(account: number): number;
  openTopup(topup: TopupRecord): void;
  /** Writes what became of a request. Of one that ended before, refused by the store. */
  endTopup(topup: TopupRecord): void;
  /** Posts the entry that gives an account what was asked for, from `issued`. A second one for the same request is refused by the store. */
  issue(topup: TopupRecord): void;
  adjustment(deedId: DeedId): AdjustmentRecord | null;
  /** Writes what an operator gives or takes, and posts its entry: from `issued`, or back to it. A second one of the same id is refused by the store. */
  adjust(adjustment: AdjustmentRecord): void;
}

/** What the user has, as the user sees it: allowances are not spent. */
export function availableOf(account: { readonly balance: number; readonly held: number }): number {
  return account.balance - account.held;
}

/** What can be promised to somebody who asks now. */
export function spendableOf(account: {
  readonly balance: number;
  readonly held: number;
  readonly allowed: number;
}): number {
  return availableOf(account) - account.allowed;
}
