import { ChangeDetectionStrategy, Component, computed, inject, resource, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';

import { Monogram } from '../design/monogram';
import { Skeleton } from '../design/skeleton';
import { Operators, type Operator } from '../keyring/operators';
import { refusalWords } from '../keyring/refusal-words';
import { Session } from '../keyring/session';
import { dateAndTime, dateOnly, timeFromNow } from '../platform/dates';
import { Dialogs } from '../platform/dialogs';
import { adminWords } from './admin-words';
import type { Dismissal } from './dismiss-dialog';

/** Who runs this server, since when, and who made them admins; the role is taken back here. */
@Component({
  selector: 'sc-operators-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Monogram, RouterLink, Skeleton],
  templateUrl: './operators-page.html',
  styleUrl: './operators-page.scss',
})
export class OperatorsPage {
  protected readonly words = adminWords.admins;
  protected readonly table = adminWords;
  readonly #operators = inject(Operators);
  readonly #dialogs = inject(Dialogs);
  readonly #session = inject(Session);
  readonly #router = inject(Router);

  protected readonly placeholders = [1, 2, 3];
  protected readonly moment = dateAndTime;
  protected readonly said = signal('');
  protected readonly answer = resource({ loader: async () => this.#operators.all() });
  readonly #value = computed(() => (this.answer.hasValue() ? this.answer.value() : null));
  protected readonly rows = computed<readonly Operator[] | null>(() => {
    const answer = this.#value();
    return answer?.ok === true ? answer.value.operators : null;
  });
  protected readonly refusal = computed(() => {
    const answer = this.#value();
    return answer === null || answer.ok ? '' : refusalWords(answer, timeFromNow);
  });

  protected isOwn({ userId }: Operator): boolean {
    return userId === this.#session.self()?.userId;
  }

  protected nameOf({ username, userId }: Operator): string {
    return username ?? userId;
  }

  protected since({ userId, sinceMs, appointedBy, appointedByName }: Operator): string {
    const day = dateOnly(sinceMs);
    return appointedBy === userId ? this.words.first(day) : this.words.since(day, appointedByName ?? appointedBy);
  }

  protected dismiss(operator: Operator): void {
    this.said.set('');
    const [name, own] = [this.nameOf(operator), this.isOwn(operator)];
    const data: Dismissal = {
      name,
      own,
      dismiss: (reason) => this.#operators.dismiss(operator.userId, { reason, own }),
      ended: (said) => {
        if (own) {
          void this.#router.navigateByUrl('/chats');
          return;
        }
        this.said.set(said);
        this.answer.reload();
      },
    };
    const load = () => import('./dismiss-dialog').then((file) => file.DismissDialog);
    void this.#dialogs.open(load, { kind: 'plain-dialog', focus: 'input', data });
  }
}
