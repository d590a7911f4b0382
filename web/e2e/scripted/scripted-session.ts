import type { AdjustAnswer, AdjustRequest } from '@secureconnect/contracts/admin-acts';
import type { BanRequest, ResetCodeAnswer, UsersAnswer, UsersQuery } from '@secureconnect/contracts/admin';
import type { UserId } from '@secureconnect/contracts/ids';
import type { Messenger, Outcome, Self, SessionState, SessionStep } from '@secureconnect/client/messenger';

import { ok, sleep } from './scripted-stage';
import { ScriptedOperators } from './scripted-operators';
import { SELF, STEPS } from './world';

/** The part of the script that is about coming and going, and about those who run the server. */
export abstract class ScriptedSession extends ScriptedOperators {
  async restore(): Promise<SessionState> {
    await this.asked('restore');
    setTimeout(() => this.setConnection(this.world.connection), 0);
    return this.session();
  }

  register(input: Parameters<Messenger['register']>[0]): Promise<Outcome<Self>> {
    return this.enter('register', input.username, STEPS.register);
  }

  logIn(input: Parameters<Messenger['logIn']>[0]): Promise<Outcome<Self>> {
    return this.enter('logIn', input.username, STEPS.logIn);
  }

  async logOut(): Promise<void> {
    await this.asked('logOut');
    this.end('you');
  }

  async claimAdmin(): Promise<Outcome<Self>> {
    const refused = await this.asked('claimAdmin');
    if (refused) return refused;
    this.world.self = { ...SELF, role: 'admin' };
    return ok(this.world.self);
  }

  async listUsers(query: UsersQuery): Promise<Outcome<UsersAnswer>> {
    const refused = await this.asked('listUsers');
    if (refused) return refused;
    const turn = query.order === 'asc' ? 1 : -1;
    const found = this.world.users
      .filter(({ username, email }) => username.startsWith(query.search) || (email ?? '').startsWith(query.search))
      .sort((one, other) =>
        query.sort === 'joined'
          ? turn * (one.joinedAtMs - other.joinedAtMs)
          : turn * one.username.localeCompare(other.username),
      );
    const from = query.page * query.pageSize;
    return ok({ users: found.slice(from, from + query.pageSize), total: found.length });
  }

  async banUser(userId: UserId, ban: BanRequest): Promise<Outcome<null>> {
    return (await this.asked('banUser')) ?? this.#setBan(userId, ban);
  }

  async unbanUser(userId: UserId): Promise<Outcome<null>> {
    return (await this.asked('unbanUser')) ?? this.#setBan(userId, null);
  }

  async adjustCredits(userId: UserId, { amount }: AdjustRequest): Promise<Outcome<AdjustAnswer>> {
    const refused = await this.asked('adjustCredits');
    if (refused) return refused;
    const before = this.world.users.find((user) => user.userId === userId)?.credits ?? 0;
    const isEnough = before + amount >= 0;
    const available = isEnough ? before + amount : before;
    this.world.users = this.world.users.map((user) =>
      user.userId === userId ? { ...user, credits: available } : user,
    );
    return ok({ outcome: isEnough ? 'done' : 'insufficient', available });
  }

  async deleteUser(userId: UserId): Promise<Outcome<null>> {
    const refused = await this.asked('deleteUser');
    if (refused) return refused;
    this.world.users = this.world.users.filter((user) => user.userId !== userId);
    return ok(null);
  }

  async makeResetCode(): Promise<Outcome<ResetCodeAnswer>> {
    const refused = await this.asked('makeResetCode');
    const code = '0123456789ABCDEFGHJKMNPQRS' as ResetCodeAnswer['code'];
    return refused ?? ok({ code, expiresAtMs: Date.UTC(2030, 0, 6) });
  }

  #setBan(userId: UserId, ban: BanRequest | null): Outcome<null> {
    this.world.users = this.world.users.map((user) => (user.userId === userId ? { ...user, ban } : user));
    return ok(null);
  }

  protected async enter(
    call: keyof Messenger,
    username: string,
    steps: readonly SessionStep[],
  ): Promise<Outcome<Self>> {
    for (const step of steps) {
      this.emit({ type: 'step', step });
      await sleep(this.world.stepMs);
      if (step !== 'asking-server') continue;
      const refused = await this.asked(call);
      if (refused) return refused;
    }
    this.world.self = { ...SELF, username: username };
    this.emit({ type: 'session', session: this.session() });
    this.setConnection(this.world.connection);
    return ok(this.world.self);
  }
}
