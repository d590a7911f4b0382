import type { StatisticsAnswer } from '@secureconnect/contracts/statistics';
import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { dateAndTime } from '../platform/dates';
import { inFigures } from '../platform/words/plural';
import { adminWords } from './admin-words';

type Replica = NonNullable<StatisticsAnswer['replicas']>[number];

interface Row {
  readonly name: string;
  readonly isWell: boolean;
  readonly state: string;
  readonly connected: string;
  readonly store: string;
  readonly since: string;
}

const SERVICES = ['auth', 'messaging-gateway', 'signaling', 'credits', 'admin'];
const MEGABYTE = 1_048_576;

/** Every process of every service, and how it is. A service of which nobody is heard has a row too. */
@Component({
  selector: 'sc-process-table',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2>{{ words.processes }}</h2>
    @if (rows(); as listed) {
      <p class="small muted">{{ words.processesText }}</p>
      <div class="scroll" role="region" tabindex="0" [attr.aria-label]="words.processes">
        <table class="small">
          <thead>
            <tr>
              <th scope="col">{{ words.columns.name }}</th>
              <th scope="col">{{ words.columns.state }}</th>
              <th scope="col" class="number">{{ words.columns.connected }}</th>
              <th scope="col" class="number">{{ words.columns.store }}</th>
              <th scope="col">{{ words.columns.since }}</th>
            </tr>
          </thead>
          <tbody>
            @for (row of listed; track row.name) {
              <tr [attr.data-process]="row.name">
                <th scope="row">{{ row.name }}</th>
                <td [class.bad]="!row.isWell">{{ row.state }}</td>
                <td class="number figures">{{ row.connected }}</td>
                <td class="number figures">{{ row.store }}</td>
                <td>{{ row.since }}</td>
              </tr>
            }
          </tbody>
        </table>
      </div>
    } @else {
      <p class="bad" role="alert">{{ words.redisAway }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--space-2);
      padding-inline: var(--space-6);
    }
    h2 {
      font-size: var(--size-m);
    }
    .scroll {
      overflow-x: auto;
    }
    table {
      inline-size: 100%;
      border-collapse: collapse;
    }
    th,
    td {
      padding: var(--space-2) var(--space-4) var(--space-2) 0;
      border-block-end: 1px solid var(--line);
      font-weight: 400;
      text-align: start;
      white-space: nowrap;
    }
    thead th {
      color: var(--muted);
    }
    tbody th {
      font-weight: 550;
    }
    .number {
      text-align: end;
    }
    .bad {
      color: var(--danger);
    }
  `,
})
export class ProcessTable {
  protected readonly words = adminWords.overview;
  /** null while Redis does not answer. */
  readonly replicas = input.required<readonly Replica[] | null>();

  protected readonly rows = computed<readonly Row[] | null>(() => {
    const replicas = this.replicas();
    if (replicas === null) return null;
    return SERVICES.flatMap((service) => {
      const own = replicas.filter((replica) => replica.service === service);
      return own.length === 0 ? [this.#missing(service)] : own.map((replica) => this.#row(replica));
    });
  });

  #row({ replicaId, status, checks, connections, storeBytes, startedAtMs }: Replica): Row {
    const troubles = Object.entries(checks)
      .filter(([, check]) => check !== 'ok')
      .map(([name]) => this.words.checks[name] ?? this.words.check(name));
    if (troubles.length === 0 && status !== 'ok') troubles.push(this.words.unavailable);
    return {
      name: replicaId,
      isWell: troubles.length === 0,
      state: troubles.length === 0 ? this.words.well : troubles.join(', '),
      connected: connections === null ? '' : inFigures(connections),
      store: this.words.megabytes(Math.ceil(storeBytes / MEGABYTE)),
      since: dateAndTime(startedAtMs),
    };
  }

  #missing(service: string): Row {
    return { name: service, isWell: false, state: this.words.nobody, connected: '', store: '', since: '' };
  }
}
