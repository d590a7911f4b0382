import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import { Monogram } from '../design/monogram';
import type { CallPerson } from '../keyring/call-views';
import { WORDS } from '../platform/words/words';
import { CallMedia } from './call-media';
import { LevelBar } from './level-bar';

/** Louder than this counts as speaking. */
const SPEAKS = 0.02;

/** Somebody else in the call: who, whether they speak, how loud, and over which path. */
@Component({
  selector: 'sc-person-row',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, LevelBar, Monogram],
  host: {
    '[class.speaks]': 'speaks()',
    '[attr.data-person]': 'person().username',
    '[attr.data-path]': 'path()',
    '[attr.data-energy]': 'energy()',
    '[attr.data-packets]': 'packets()',
  },
  template: `
    <sc-monogram class="face" [name]="person().username" [size]="56" />
    <div class="about">
      <p class="name">
        <bdi>{{ person().username }}</bdi>
        @if (person().muted) {
          <sc-icon name="mic-off" [size]="16" [label]="words.calls.isMuted(person().username)" />
        }
      </p>
      <sc-level-bar [level]="level()" />
      <p class="line">
        @if (person().phase === 'connected') {
          @if (path(); as path) {
            <span class="path">{{ words.calls[path] }}</span>
          }
        } @else {
          <span>{{ words.calls.phases[person().phase] }}</span>
        }
      </p>
    </div>
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: var(--space-4);
      inline-size: 100%;
    }
    .face {
      outline: 3px solid transparent;
      outline-offset: 3px;
      transition: outline-color var(--quick) var(--ease);
    }
    :host(.speaks) .face {
      outline-color: var(--accent);
    }
    .about {
      display: grid;
      flex: 1;
      gap: var(--space-1);
      min-inline-size: 0;
    }
    .name {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      font-weight: 600;
      overflow-wrap: anywhere;
    }
    .line {
      min-block-size: 1.45em;
      color: var(--muted);
      font-size: var(--size-s);
    }
  `,
})
export class PersonRow {
  readonly person = input.required<CallPerson>();

  protected readonly words = inject(WORDS);
  readonly #media = inject(CallMedia);
  protected readonly level = computed(() => this.#media.levels().get(this.person().linkId ?? '') ?? 0);
  protected readonly speaks = computed(() => this.level() > SPEAKS);
  readonly #now = computed(() => this.#media.quality().get(this.person().linkId ?? '')?.now);
  protected readonly path = computed(() => this.#now()?.path ?? null);
  protected readonly energy = computed(() => this.#now()?.energy ?? null);
  protected readonly packets = computed(() => this.#now()?.packets ?? null);
}
