import { ChangeDetectionStrategy, Component, computed, inject, resource } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Icon } from '../design/icon';
import { WORDS } from '../platform/words/words';
import { partsOf, readable, type SightRow } from './sight';

/** Everything that the server keeps, in plain words: from the declarations that its stores are audited against. */
@Component({
  selector: 'sc-server-sight-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, RouterLink],
  template: `
    <div class="page">
      <a class="small" routerLink="/account">{{ words.owner.sightBack }}</a>
      <h1>{{ words.owner.sight }}</h1>
      <p class="muted">{{ words.owner.sightWhy }}</p>
      @for (part of parts(); track part.service) {
        <section>
          <h2>{{ words.owner.sightServices[part.service] ?? part.service }}</h2>
          @for (table of part.tables; track table.name) {
            <details>
              <summary>
                <span class="grow code">{{ table.name }}</span>
                <span class="muted small figures">{{ words.owner.sightCount(table.rows.length) }}</span>
              </summary>
              <dl>
                @for (row of table.rows; track row.column) {
                  <div [class.sealed]="row.class === 'sealed'">
                    <dt class="code small">{{ row.column }}</dt>
                    <dd>
                      {{ row.words }}
                      <span class="small muted"
                        ><sc-icon [name]="row.class === 'sealed' ? 'encrypted' : 'show'" [size]="14" />
                        {{ readableOf(row.class) }}</span
                      >
                    </dd>
                  </div>
                }
              </dl>
            </details>
          }
        </section>
      }
    </div>
  `,
  styles: `
    .page {
      display: grid;
      gap: var(--space-4);
      max-inline-size: 640px;
      margin-inline: auto;
      padding: var(--space-8) var(--space-6);
    }
    p {
      text-wrap: pretty;
    }
    section {
      display: grid;
      gap: var(--space-1);
    }
    h2 {
      margin-block: var(--space-3) var(--space-1);
      font-size: var(--size-l);
    }
    details {
      border-radius: var(--radius-m);
      background: var(--surface-1);
    }
    summary {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      min-block-size: 44px;
      padding-inline: var(--space-4);
      cursor: pointer;
    }
    dl {
      display: grid;
      gap: var(--space-3);
      padding: 0 var(--space-4) var(--space-4);
    }
    dt {
      color: var(--muted);
      overflow-wrap: anywhere;
    }
    dd span {
      display: inline-flex;
      align-items: center;
      gap: 4px;
      margin-inline-start: var(--space-1);
    }
    .sealed dd {
      color: var(--accent);
    }
  `,
})
export class ServerSightPage {
  protected readonly words = inject(WORDS);
  readonly #rows = resource<readonly SightRow[], undefined>({
    loader: async () => (await import('./server-sight.json')).default,
    defaultValue: [],
  });
  protected readonly parts = computed(() => partsOf(this.#rows.value()));

  protected readableOf(kind: string): string {
    return readable(kind, this.words.owner);
  }
}
