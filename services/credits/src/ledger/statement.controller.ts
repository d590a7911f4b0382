import { Controller, Get, Query } from '@nestjs/common';
import { StatementQuery, type ReceiptKey, type StatementAnswer } from '@secureconnect/contracts/statements';
import { Caller } from '@secureconnect/platform/bootstrap/route-marks';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import { StatementRows } from '../store/statement-rows.js';
import { Receipts } from './receipts.js';

/** Of a user who has no account yet. */
const NO_LINES = { line: 0, hash: Buffer.alloc(32), balance: 0 };

@Controller('api/credits')
export class StatementController {
  constructor(
    private readonly rows: StatementRows,
    private readonly receipts: Receipts,
  ) {}

  /** One's own lines: there is no way to ask for another's. */
  @Get('statement')
  statement(
    @Caller() caller: CallerIdentity,
    @Query({ schema: StatementQuery }) query: StatementQuery,
  ): StatementAnswer {
    const page = this.rows.page(caller.userId, query.before, query.limit);
    if (page === 'unknown') throw new Violation('not-found');
    const { line, hash, balance } = page?.end ?? NO_LINES;
    const receipt = this.receipts.sign({
      userId: caller.userId,
      line,
      hash: hash.toString('hex'),
      balance,
      atMs: Date.now(),
    });
    return { lines: page?.lines ?? [], more: page?.more ?? false, receipt };
  }

  @Get('receipt-key')
  key(): ReceiptKey {
    return this.receipts.key;
  }
}
