import { STATEMENT_PAGE_MAX, type LedgerReceipt, type StatementLine } from '@secureconnect/contracts/statements';
import { Refusal } from '../refusal.js';
import { thingOf } from './check-lines.js';
import type { CreditsApi } from './credits-api.js';

/** Lines of an account that are read: some 200 MB of memory. */
const LINES_MAX = 1_000_000;

export interface ReadLines {
  /** Rising, the last of them the newest. */
  readonly lines: readonly StatementLine[];
  /** Where the account ended when its newest page was read. */
  readonly receipt: LedgerReceipt;
  /** Receipts of the pages after it. */
  readonly later: readonly LedgerReceipt[];
  /** The line that should have come and did not; null: all came. */
  readonly missing: number | null;
}

/**
 * Reads the lines after a known one, page by page from the newest. New lines that are posted meanwhile are left for the next time.
 * @param after - a line's number; 0 for all lines
 * @throws Refusal also where the server speaks of more lines than anybody could look at
 */
export async function readLines(api: Pick<CreditsApi, 'statement'>, after: number): Promise<ReadLines> {
  let page = await api.statement(null, STATEMENT_PAGE_MAX);
  const { receipt } = page;
  if (receipt.line - after > LINES_MAX) throw new Refusal('server-answer-refused');
  const falling: StatementLine[] = [];
  const later: LedgerReceipt[] = [];
  let wanted = receipt.line;
  const end = (missing: number | null): ReadLines => ({ lines: falling.toReversed(), receipt, later, missing });
  while (wanted > after) {
    for (const line of page.lines) {
      if (wanted === after) break;
      if (line.line !== wanted) return end(wanted);
      falling.push(line);
      wanted -= 1;
    }
    if (wanted === after) break;
    const oldest = page.lines.at(-1);
    if (oldest === undefined || !page.more) return end(wanted);
    page = await api.statement(thingOf(oldest), STATEMENT_PAGE_MAX);
    later.push(page.receipt);
  }
  return end(null);
}
