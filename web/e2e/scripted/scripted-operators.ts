import type {
  AppointAnswer,
  DismissAnswer,
  DismissRequest,
  OperatorsAnswer,
} from '@secureconnect/contracts/admin-operators';
import type { UserId, Username } from '@secureconnect/contracts/ids';
import type { Outcome } from '@secureconnect/client/messenger';

import { ScriptedAudit } from './scripted-audit';
import { ok } from './scripted-stage';
import { SELF } from './world';

const FIRST_MS = Date.UTC(2026, 2, 1, 10);
const OWN_MS = Date.UTC(2026, 2, 9, 10);

/** The part of the script that is about who runs the server: teodor.k was first and made alice an admin. */
export abstract class ScriptedOperators extends ScriptedAudit {
  async operators(): Promise<Outcome<OperatorsAnswer>> {
    return (await this.asked('operators')) ?? ok({ operators: this.#all() });
  }

  async appointOperator(userId: UserId): Promise<Outcome<AppointAnswer>> {
    const refused = await this.asked('appointOperator');
    if (refused) return refused;
    const user = this.world.users.find((known) => known.userId === userId);
    if (user?.ban) return ok({ outcome: 'closed' });
    this.#setRole(userId, 'admin');
    return ok({ outcome: 'done' });
  }

  async dismissOperator(userId: UserId, { own }: DismissRequest): Promise<Outcome<DismissAnswer>> {
    const refused = await this.asked('dismissOperator');
    if (refused) return refused;
    if (own !== (userId === SELF.userId)) return { ok: false, code: 'invalid-request' };
    if (this.#all().length === 1) return ok({ outcome: 'last' });
    this.#setRole(userId, 'user');
    if (own && this.world.self !== null) {
      this.world.self = { ...this.world.self, role: 'user' };
      this.emit({ type: 'session', session: this.session() });
    }
    return ok({ outcome: 'done' });
  }

  /** All others step down, and this page has not heard of it. */
  dismissBehind(): void {
    for (const { userId } of this.world.users) this.#setRole(userId, 'user');
  }

  #all(): OperatorsAnswer['operators'] {
    const own = {
      ...{ userId: SELF.userId, username: SELF.username as Username, sinceMs: OWN_MS },
      ...{ appointedBy: SELF.userId, appointedByName: SELF.username as Username },
    };
    const [first, ...later] = this.world.users
      .filter(({ role }) => role === 'admin')
      .map(({ userId, username }) => ({ userId, username }));
    if (first === undefined) return this.world.self?.role === 'admin' ? [own] : [];
    const by = (appointer: { userId: UserId; username: Username }) => ({
      appointedBy: appointer.userId,
      appointedByName: appointer.username,
    });
    return [
      { ...first, ...by(first), sinceMs: FIRST_MS },
      ...(this.world.self?.role === 'admin' ? [{ ...own, ...by(first) }] : []),
      ...later.map((operator) => ({ ...operator, ...by(own), sinceMs: Date.now() })),
    ];
  }

  #setRole(userId: UserId, role: 'admin' | 'user'): void {
    this.world.users = this.world.users.map((user) => (user.userId === userId ? { ...user, role } : user));
  }
}
