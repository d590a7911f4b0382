import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  DecideTopups,
  RequestTopup,
  TopupId,
  TopupsLookup,
  TopupsPage,
  type DecideTopupsAnswer,
  type RequestTopupAnswer,
  type Topup,
  type TopupsAnswer,
  type TopupsLookupAnswer,
  type TopupsPageAnswer,
} from '@secureconnect/contracts/topups';
import { Caller, Internal, RateLimit } from '@secureconnect/platform/bootstrap/route-marks';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import type { TopupRecord } from '../ledger/book.js';
import { LedgerStore } from '../store/ledger-store.js';
import { TopupRows } from '../store/topup-rows.js';
import { BalanceHints } from './balance-hints.js';
import { decideTopup, requestTopup, withdrawTopup } from './topup-rules.js';

@Controller('api/credits/topups')
export class TopupsController {
  constructor(
    private readonly ledger: LedgerStore,
    private readonly rows: TopupRows,
  ) {}

  @Post()
  @HttpCode(200)
  @RateLimit(30, 60)
  async request(
    @Caller() caller: CallerIdentity,
    @Body({ schema: RequestTopup }) body: RequestTopup,
  ): Promise<RequestTopupAnswer> {
    const result = await this.ledger.transact((book, nowMs) => requestTopup(book, caller.userId, body, nowMs));
    return result.outcome === 'known' ? { outcome: 'known', topup: asSeen(result.topup) } : result;
  }

  /** One's own: there is no way to ask for another's. */
  @Get()
  list(@Caller() caller: CallerIdentity): TopupsAnswer {
    return { topups: this.rows.newestOf(caller.userId) };
  }

  @Post(':topupId/withdraw')
  @HttpCode(200)
  async withdraw(
    @Caller() caller: CallerIdentity,
    @Param('topupId', { schema: TopupId }) topupId: TopupId,
  ): Promise<Topup> {
    const topup = await this.ledger.transact((book, nowMs) => withdrawTopup(book, caller.userId, topupId, nowMs));
    if (topup === null) throw new Violation('not-found');
    return asSeen(topup);
  }
}

@Internal('admin')
@Controller('internal/topups')
export class InternalTopupsController {
  constructor(
    private readonly ledger: LedgerStore,
    private readonly rows: TopupRows,
    private readonly hints: BalanceHints,
  ) {}

  @Post('page')
  @HttpCode(200)
  page(@Body({ schema: TopupsPage }) body: TopupsPage): TopupsPageAnswer {
    return this.rows.page(body);
  }

  @Post('lookup')
  @HttpCode(200)
  lookup(@Body({ schema: TopupsLookup }) body: TopupsLookup): TopupsLookupAnswer {
    return { topups: this.rows.lookup(body.topupIds) };
  }

  @Post('decisions')
  @HttpCode(200)
  async decide(@Body({ schema: DecideTopups }) body: DecideTopups): Promise<DecideTopupsAnswer> {
    const results = await this.ledger.transact((book, nowMs) =>
      body.decisions.map((decision) => decideTopup(book, decision, nowMs)),
    );
    await this.hints.decided(
      this.rows.ownersOf(results.filter(({ changed }) => changed).map(({ topupId }) => topupId)),
    );
    return { results };
  }
}

/** What its owner sees of a request: what was decided and why, not by whom. */
function asSeen({ topupId, amount, reference, note, state, requestedAtMs, endedAtMs, reason }: TopupRecord): Topup {
  return { topupId, amount, reference, note, state, requestedAtMs, endedAtMs, reason };
}
