import { inject, Injectable, signal } from '@angular/core';

import { Keyring } from './keyring';
import type { Alarm } from './views';

export interface RaisedAlarm extends Alarm {
  readonly key: number;
}

/** What a person should see, until the person has put it away. */
@Injectable({ providedIn: 'root' })
export class Alarms {
  readonly #raised = signal<readonly RaisedAlarm[]>([]);
  readonly raised = this.#raised.asReadonly();
  #next = 1;

  constructor() {
    inject(Keyring).on('alarm', ({ alarm }) => {
      const key = this.#next++;
      this.#raised.update((raised) => [...raised.filter((other) => !isSame(other, alarm)), { ...alarm, key }]);
    });
  }

  dismiss(key: number): void {
    this.#raised.update((raised) => raised.filter((alarm) => alarm.key !== key));
  }
}

const isSame = (one: Alarm, other: Alarm): boolean =>
  one.code === other.code && one.userId === other.userId && one.conversationId === other.conversationId;
