import type { AuditAnswer, AuditQuery, MyAuditAnswer, MyAuditQuery } from '@secureconnect/contracts/audit';
import type { Outcome } from '@secureconnect/client/messenger';

import { acts } from './acts';
import { ok } from './scripted-stage';
import { ScriptedRegistration } from './scripted-registration';
import { SELF } from './world';

/** The part of the script that is about what operators did. */
export abstract class ScriptedAudit extends ScriptedRegistration {
  #acts = acts();
  #brokenAt: number | null = null;

  async auditLog({ before = Infinity, limit, person, action }: AuditQuery): Promise<Outcome<AuditAnswer>> {
    const refused = await this.asked('auditLog');
    if (refused) return refused;
    const found = this.#acts.filter(
      (act) =>
        act.entry < before &&
        (person === undefined || act.actor === person || act.concerns === person) &&
        (action === undefined || act.action === action),
    );
    const head = { entry: this.#acts[0]?.entry ?? 0, hash: this.#acts[0]?.hash ?? '0'.repeat(64) };
    return ok({ acts: found.slice(0, limit), more: found.length > limit, head, brokenAt: this.#brokenAt });
  }

  async ownAudit({ before = Infinity, limit }: MyAuditQuery): Promise<Outcome<MyAuditAnswer>> {
    const refused = await this.asked('ownAudit');
    if (refused) return refused;
    const found = this.#acts.filter(({ entry, concerns }) => entry < before && concerns === SELF.userId);
    const seen = found.map(({ entry, atMs, action, amount, reason, outcome, actorName }) => ({
      ...{ entry, atMs, action, amount, reason, actorName },
      outcome: outcome ?? ('unknown' as const),
    }));
    return ok({ acts: seen.slice(0, limit), more: seen.length > limit });
  }

  /** Nobody has done anything yet. */
  forgetActs(): void {
    this.#acts = [];
  }

  /** Somebody has changed the log on the server's disk. */
  breakAudit(entry: number): void {
    this.#brokenAt = entry;
  }
}
