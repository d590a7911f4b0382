import type { AuditAnswer, AuditQuery, MyAuditAnswer, MyAuditQuery } from '@secureconnect/contracts/audit';
import type { UserId } from '@secureconnect/contracts/ids';
import type { Names } from '../operators/names.js';
import type { AuditLog } from '../store/audit-log.js';

/** The audit log for those who read it: operators all of it, everybody else what concerns them. */
export class AuditReading {
  constructor(
    private readonly log: AuditLog,
    private readonly names: Names,
  ) {}

  async page(query: AuditQuery): Promise<AuditAnswer> {
    const { rows, more } = this.log.page(query);
    const names = await this.names.of(rows.flatMap(({ actor, concerns }) => [actor, concerns ?? actor]));
    return {
      acts: rows.map(({ hash, ...act }) => ({
        ...act,
        hash: hash.toString('hex'),
        actorName: names.get(act.actor) ?? null,
        concernsName: act.concerns === null ? null : (names.get(act.concerns) ?? null),
      })),
      more,
      head: this.log.head(),
      brokenAt: this.log.brokenAt,
    };
  }

  async concerning(userId: UserId, query: MyAuditQuery): Promise<MyAuditAnswer> {
    const { rows, more } = this.log.concerning(userId, query);
    const names = await this.names.of(rows.map(({ actor }) => actor));
    return {
      acts: rows.map(({ entry, atMs, action, amount, reason, outcome, actor }) => ({
        ...{ entry, atMs, action, amount, reason, outcome: outcome ?? 'unknown' },
        actorName: names.get(actor) ?? null,
      })),
      more,
    };
  }
}
