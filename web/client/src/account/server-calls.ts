import { TopupsQueueAnswer, type TopupDecisions, type TopupsQuery } from '@secureconnect/contracts/admin-topups';
import { AdjustAnswer, type AdjustRequest, type DeleteRequest } from '@secureconnect/contracts/admin-acts';
import {
  AppointAnswer,
  DismissAnswer,
  OperatorsAnswer,
  type DismissRequest,
} from '@secureconnect/contracts/admin-operators';
import { toHex } from '@secureconnect/contracts/encoding';
import {
  BootstrapAnswer,
  Done,
  ResetCodeAnswer,
  UsersAnswer,
  type BanRequest,
  type UsersQuery,
} from '@secureconnect/contracts/admin';
import { AuditAnswer, MyAuditAnswer, type AuditQuery, type MyAuditQuery } from '@secureconnect/contracts/audit';
import { Prices } from '@secureconnect/contracts/credits';
import type { Role, UserId } from '@secureconnect/contracts/ids';
import { RegistrationState, type RegistrationRequest } from '@secureconnect/contracts/registration';
import { StatisticsAnswer } from '@secureconnect/contracts/statistics';
import {
  DecideTopupsAnswer,
  RequestTopupAnswer,
  Topup,
  TopupsAnswer,
  type TopupId,
} from '@secureconnect/contracts/topups';
import type { ServerActs } from '../acts/server-acts.js';
import type { MessengerDeps } from '../deps.js';
import type { HttpDoor, HttpRequest } from '../http/http-door.js';
import type { Outcome, Self } from '../messenger.js';
import { outcomeOf, Refusal } from '../refusal.js';
import { selfOf } from '../session/account-home.js';
import type { StatementView } from '../credits/statement-view.js';
import { OwnerCalls } from './owner-calls.js';

/** A page of 200 rows. */
const PAGE_MAX_BYTES = 262_144;
const TOPUP_ID_BYTES = 16;
/** 100 ms, then twice as long each time: some 13 seconds in all. */
const ROLE_TRIES = 7;
const ROLE_PAUSE_MS = 100;

/** What the messenger offers about the server's credits and those who run it. */
export abstract class ServerCalls extends OwnerCalls implements ServerActs {
  protected abstract readonly deps: MessengerDeps;
  protected abstract readonly door: HttpDoor;

  statement(): Promise<Outcome<StatementView>> {
    return outcomeOf(async () => this.need().wallet.statement());
  }

  prices(): Promise<Outcome<Prices>> {
    return outcomeOf(() => {
      const url = `${this.deps.endpoints.credits}/prices`;
      return this.#ask({ method: 'GET', url, answer: Prices, maxBytes: PAGE_MAX_BYTES });
    });
  }

  topups(): Promise<Outcome<readonly Topup[]>> {
    return outcomeOf(async () => {
      const url = `${this.deps.endpoints.credits}/topups`;
      return (await this.#ask({ method: 'GET', url, answer: TopupsAnswer, maxBytes: PAGE_MAX_BYTES })).topups;
    });
  }

  requestTopup(input: Parameters<ServerActs['requestTopup']>[0]): Promise<Outcome<RequestTopupAnswer>> {
    return outcomeOf(async () => {
      const topupId = toHex(this.deps.random(TOPUP_ID_BYTES));
      const url = `${this.deps.endpoints.credits}/topups`;
      const body = { topupId, ...input };
      return this.#ask({ method: 'POST', url, body, answer: RequestTopupAnswer });
    });
  }

  withdrawTopup(topupId: TopupId): Promise<Outcome<Topup>> {
    const url = `${this.deps.endpoints.credits}/topups/${topupId}/withdraw`;
    return outcomeOf(() => this.#ask({ method: 'POST', url, body: {}, answer: Topup }));
  }

  claimAdmin(token: string): Promise<Outcome<Self>> {
    return outcomeOf(async () => {
      await this.#admin({ method: 'POST', body: { token }, answer: BootstrapAnswer }, 'bootstrap');
      if (!(await this.#becomes('admin'))) throw new Refusal('unavailable');
      return selfOf(this.need().access.record);
    });
  }

  listUsers(query: UsersQuery): Promise<Outcome<UsersAnswer>> {
    return outcomeOf(() => this.#admin({ method: 'GET', answer: UsersAnswer }, 'users', query));
  }

  banUser(userId: UserId, body: BanRequest): Promise<Outcome<null>> {
    return outcomeOf(() => this.#act(`users/${userId}/ban`, body));
  }

  unbanUser(userId: UserId, reason: string): Promise<Outcome<null>> {
    return outcomeOf(() => this.#act(`users/${userId}/unban`, { reason }));
  }

  adjustCredits(userId: UserId, body: AdjustRequest): Promise<Outcome<AdjustAnswer>> {
    return outcomeOf(() => this.#admin({ method: 'POST', body, answer: AdjustAnswer }, `users/${userId}/adjust`));
  }

  deleteUser(userId: UserId, body: DeleteRequest): Promise<Outcome<null>> {
    return outcomeOf(() => this.#act(`users/${userId}/delete`, body));
  }

  makeResetCode(userId: UserId): Promise<Outcome<ResetCodeAnswer>> {
    return outcomeOf(() =>
      this.#admin({ method: 'POST', body: {}, answer: ResetCodeAnswer }, `users/${userId}/reset-code`),
    );
  }

  statistics(): Promise<Outcome<StatisticsAnswer>> {
    return outcomeOf(() => this.#admin({ method: 'GET', answer: StatisticsAnswer }, 'statistics'));
  }

  operators(): Promise<Outcome<OperatorsAnswer>> {
    return outcomeOf(() => this.#admin({ method: 'GET', answer: OperatorsAnswer }, 'operators'));
  }

  appointOperator(userId: UserId, reason: string): Promise<Outcome<AppointAnswer>> {
    const request = { method: 'POST', body: { reason }, answer: AppointAnswer } as const;
    return outcomeOf(() => this.#admin(request, `operators/${userId}/appoint`));
  }

  dismissOperator(userId: UserId, body: DismissRequest): Promise<Outcome<DismissAnswer>> {
    return outcomeOf(async () => {
      const request = { method: 'POST', body, answer: DismissAnswer } as const;
      const answer = await this.#admin(request, `operators/${userId}/dismiss`);
      // The role is gone; that the session does not say so yet takes nothing from that.
      if (body.own && answer.outcome === 'done') await this.#becomes('user').catch(() => false);
      return answer;
    });
  }

  registration(): Promise<Outcome<RegistrationState>> {
    return outcomeOf(() => this.#admin({ method: 'GET', answer: RegistrationState }, 'registration'));
  }

  decideRegistration(body: RegistrationRequest): Promise<Outcome<RegistrationState>> {
    return outcomeOf(() => this.#admin({ method: 'POST', body, answer: RegistrationState }, 'registration'));
  }

  auditLog(query: AuditQuery): Promise<Outcome<AuditAnswer>> {
    return outcomeOf(() => this.#admin({ method: 'GET', answer: AuditAnswer }, 'audit', query));
  }

  ownAudit(query: MyAuditQuery): Promise<Outcome<MyAuditAnswer>> {
    return outcomeOf(() => this.#admin({ method: 'GET', answer: MyAuditAnswer }, 'audit/mine', query));
  }

  topupQueue(query: TopupsQuery): Promise<Outcome<TopupsQueueAnswer>> {
    return outcomeOf(() => this.#admin({ method: 'GET', answer: TopupsQueueAnswer }, 'topups', query));
  }

  decideTopups(body: TopupDecisions): Promise<Outcome<DecideTopupsAnswer>> {
    return outcomeOf(() => this.#admin({ method: 'POST', body, answer: DecideTopupsAnswer }, 'topups/decisions'));
  }

  /** Admin tells auth of a role after it has answered; until auth has heard, a refreshed session says the old one. */
  async #becomes(role: Role): Promise<boolean> {
    const { access } = this.need();
    for (let tries = 0; tries < ROLE_TRIES; tries++) {
      await access.ensure(true);
      if (access.record.role === role) return true;
      await this.deps.clock.sleep(ROLE_PAUSE_MS * 2 ** tries);
    }
    return false;
  }

  async #act(path: string, body: object): Promise<null> {
    await this.#admin({ method: 'POST', body, answer: Done }, path);
    return null;
  }

  #admin<T>(request: Omit<HttpRequest<T>, 'url'>, path: string, query?: object): Promise<T> {
    const parameters = new URLSearchParams(Object.entries(query ?? {}).map(([key, value]) => [key, String(value)]));
    const url = `${this.deps.endpoints.admin}/${path}${query === undefined ? '' : `?${parameters.toString()}`}`;
    return this.#ask({ maxBytes: PAGE_MAX_BYTES, ...request, url });
  }

  async #ask<T>(request: HttpRequest<T>): Promise<T> {
    return this.need().access.use(() => this.door.ask(request));
  }
}
