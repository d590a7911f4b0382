/** What an audit of the whole ledger counted. Everything but the sizes must be zero. */
export interface AuditCounts {
  readonly accounts: number;
  readonly entries: number;
  /** Balances of all accounts together, the system's among them. */
  readonly sumOfBalances: number;
  /** Accounts whose balance is not the sum of their entries. */
  readonly wrongBalances: number;
  /** Accounts whose held amount is not the sum of their held charges. */
  readonly wrongHolds: number;
  /** Accounts whose allowed amount is not the sum of their open allowances. */
  readonly wrongAllowances: number;
  /** User accounts whose lines are not in order, not all there, or not what their hashes were made over. */
  readonly wrongChains: number;
  /** Approved requests without their entry of the same amount and account, and entries of requests that nobody approved. */
  readonly wrongTopups: number;
  /** What operators gave or took without its entry of the same amount and account, and such entries that no operator made. */
  readonly wrongAdjustments: number;
  /** Hours, by reason, whose totals are not those of their entries. */
  readonly wrongHours: number;
  /** User accounts without their one opening entry, and opening entries without their account. */
  readonly wrongOpenings: number;
  /** Captured charges without their entry of the same amount and account. */
  readonly capturedUnpaid: number;
  /** Spending entries without a captured charge. */
  readonly paidUncaptured: number;
}

const MUST_BE_ZERO = [
  'sumOfBalances',
  'wrongBalances',
  'wrongHolds',
  'wrongAllowances',
  'wrongChains',
  'wrongTopups',
  'wrongAdjustments',
  'wrongHours',
  'wrongOpenings',
  'capturedUnpaid',
  'paidUncaptured',
] as const satisfies readonly (keyof AuditCounts)[];
export type Invariant = (typeof MUST_BE_ZERO)[number];

/** The invariants that do not hold; none in a ledger that adds up. */
export function brokenInvariants(counts: AuditCounts): Invariant[] {
  return MUST_BE_ZERO.filter((name) => counts[name] !== 0);
}
