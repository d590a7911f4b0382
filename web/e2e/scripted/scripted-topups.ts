import type { Prices } from '@secureconnect/contracts/credits';
import type { TopupDecisions, TopupsQuery, TopupsQueueAnswer } from '@secureconnect/contracts/admin-topups';
import {
  OPEN_TOPUPS_MAX,
  type DecideTopupsAnswer,
  type RequestTopupAnswer,
  type Topup,
  type TopupId,
} from '@secureconnect/contracts/topups';
import type { StatementView } from '@secureconnect/client/credits/statement-view';
import type { Messenger, Outcome } from '@secureconnect/client/messenger';

import { ok, ScriptedStage } from './scripted-stage';
import { fewLines } from './statements';
import { idOf, SELF, type ScriptedTopup } from './world';

/** The part of the script that is about requests for credits and who decides them. */
export abstract class ScriptedTopups extends ScriptedStage {
  async statement(): Promise<Outcome<StatementView>> {
    return (await this.asked('statement')) ?? ok(this.world.statement ?? fewLines(this.world.credits ?? 0));
  }

  async prices(): Promise<Outcome<Prices>> {
    return (await this.asked('prices')) ?? ok(this.world.prices);
  }

  async topups(): Promise<Outcome<readonly Topup[]>> {
    return (await this.asked('topups')) ?? ok(this.#own().map(asSeen));
  }

  async requestTopup(wish: Parameters<Messenger['requestTopup']>[0]): Promise<Outcome<RequestTopupAnswer>> {
    const refused = await this.asked('requestTopup');
    if (refused) return refused;
    if (this.#own().filter(({ state }) => state === 'requested').length >= OPEN_TOPUPS_MAX) {
      return ok({ outcome: 'too-many' });
    }
    const topup: ScriptedTopup = {
      ...wish,
      topupId: idOf('topup', 1_000 + this.world.topups.length) as TopupId,
      userId: SELF.userId,
      username: SELF.username as ScriptedTopup['username'],
      state: 'requested',
      requestedAtMs: Date.now(),
      endedAtMs: null,
      reason: null,
      decidedBy: null,
      decidedByName: null,
    };
    this.world.topups = [topup, ...this.world.topups];
    return ok({ outcome: 'known', topup: asSeen(topup) });
  }

  async withdrawTopup(topupId: TopupId): Promise<Outcome<Topup>> {
    const refused = await this.asked('withdrawTopup');
    if (refused) return refused;
    this.#end([topupId], { state: 'withdrawn', endedAtMs: Date.now() });
    return ok(asSeen(this.world.topups.find((topup) => topup.topupId === topupId)!));
  }

  async topupQueue({ state, page, pageSize }: TopupsQuery): Promise<Outcome<TopupsQueueAnswer>> {
    const refused = await this.asked('topupQueue');
    if (refused) return refused;
    const found = this.world.topups
      .filter((topup) => topup.state === state)
      .sort((one, other) => one.requestedAtMs - other.requestedAtMs);
    return ok({ topups: found.slice(page * pageSize, (page + 1) * pageSize), total: found.length });
  }

  async decideTopups({ move, topupIds, reason }: TopupDecisions): Promise<Outcome<DecideTopupsAnswer>> {
    const refused = await this.asked('decideTopups');
    if (refused) return refused;
    const open = topupIds.filter((id) =>
      this.world.topups.some((topup) => topup.topupId === id && topup.state === 'requested'),
    );
    this.#end(open, {
      state: move === 'approve' ? 'approved' : 'rejected',
      endedAtMs: Date.now(),
      reason,
      decidedBy: SELF.userId,
      decidedByName: SELF.username as ScriptedTopup['username'],
    });
    return ok({
      results: topupIds.map((topupId) => {
        const topup = this.world.topups.find((known) => known.topupId === topupId);
        const { state = null, decidedBy = null } = topup ?? {};
        return { topupId, state, decidedBy, changed: open.includes(topupId) };
      }),
    });
  }

  /** Somebody else decides the person's newest request. */
  decideOwnTopup(state: 'approved' | 'rejected', reason: string): void {
    const topup = this.#own().find((own) => own.state === 'requested');
    if (topup === undefined) throw new Error('nothing waits');
    this.#end([topup.topupId], { state, reason, endedAtMs: Date.now() });
    this.setCredits((this.world.credits ?? 0) + (state === 'approved' ? topup.amount : 0));
  }

  /** Another admin decides what waits, and this page has not heard of it. */
  decideBehind(username: string): void {
    const waiting = this.world.topups.filter(({ state }) => state === 'requested').map(({ topupId }) => topupId);
    this.#end(waiting, { state: 'rejected', decidedByName: username as ScriptedTopup['username'] });
  }

  #own(): ScriptedTopup[] {
    return this.world.topups
      .filter(({ userId }) => userId === SELF.userId)
      .sort((one, other) => other.requestedAtMs - one.requestedAtMs);
  }

  #end(topupIds: readonly TopupId[], changes: Partial<ScriptedTopup>): void {
    this.world.topups = this.world.topups.map((topup) =>
      topupIds.includes(topup.topupId) ? { ...topup, ...changes } : topup,
    );
  }
}

function asSeen({ topupId, amount, reference, note, state, requestedAtMs, endedAtMs, reason }: ScriptedTopup): Topup {
  return { topupId, amount, reference, note, state, requestedAtMs, endedAtMs, reason };
}
