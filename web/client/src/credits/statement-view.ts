import type { StatementLine } from '@secureconnect/contracts/statements';

/**
 * What does not add up in a ledger that the server shows. Each is something that an honest server never does.
 * - `edited`: a line does not have the hash that is made over it and the line before
 * - `gap`: a line is missing, or stands in another's place
 * - `sum`: a line's amount does not lead from the balance before it to its own
 * - `twice`: one thing is on two lines
 * - `unsigned`: the receipt is another's, or its signature is not the pinned key's
 * - `end`: the lines do not end where the receipt says
 * - `rewound`: fewer lines than this device, or another one of the person, has checked before
 * - `rewritten`: a line that one of them has checked before is another now
 * - `balance`: what can be spent is not what the lines add up to
 * - `key-changed`: the receipts are signed with another key than they have seen
 */
export type LedgerFault =
  'edited' | 'gap' | 'sum' | 'twice' | 'unsigned' | 'end' | 'rewound' | 'rewritten' | 'balance' | 'key-changed';

export type StatementVerdict =
  | { readonly state: 'checked'; readonly atMs: number }
  /** `line`: where it was noticed; null where it is about no single line. */
  | { readonly state: 'refused'; readonly fault: LedgerFault; readonly line: number | null };

/** The own account, line by line, and whether it holds. */
export interface StatementView {
  readonly verdict: StatementVerdict;
  /** The newest first: all of them where they hold, otherwise as many as the server gave. */
  readonly lines: readonly StatementLine[];
}
