import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { EmptyState } from '../design/empty-state';
import { Icon } from '../design/icon';
import { Skeleton } from '../design/skeleton';
import { refusalWords } from '../keyring/refusal-words';
import { dateAndTime, timeFromNow } from '../platform/dates';
import { adminWords } from './admin-words';
import { type Act, type AuditAction, AuditLog } from './data/audit-log';

/** What admins did, to whom, why, and what came of it. */
@Component({
  selector: 'sc-audit-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [EmptyState, Icon, Skeleton],
  providers: [AuditLog],
  templateUrl: './audit-page.html',
  styleUrl: './audit-page.scss',
})
export class AuditPage {
  protected readonly words = adminWords.audit;
  protected readonly table = adminWords;
  protected readonly log = inject(AuditLog);

  protected readonly actions = Object.keys(this.words.acts) as readonly AuditAction[];
  protected readonly placeholders = [1, 2, 3, 4];
  protected readonly moment = dateAndTime;
  protected readonly refusal = computed(() => {
    const refused = this.log.refused();
    return refused === null ? '' : refusalWords(refused, timeFromNow);
  });

  protected choose(index: number): void {
    this.log.action.set(this.actions[index - 1] ?? null);
  }

  protected actorOf({ actor, actorName }: Act): string {
    return actorName ?? actor;
  }

  protected outcomeOf({ outcome }: Act): keyof typeof this.words.outcomes {
    return outcome ?? 'open';
  }
}
