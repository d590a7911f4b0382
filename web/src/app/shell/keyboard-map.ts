import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { DialogFrame } from '../design/dialog-frame';
import { WORDS } from '../platform/words/words';

/** What the keys do. */
@Component({
  selector: 'sc-keyboard-map',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [DialogFrame],
  template: `
    <sc-dialog-frame [heading]="words.keys.title" [closeLabel]="words.close">
      @for (part of parts; track part.name) {
        <h3>{{ part.name }}</h3>
        <dl>
          @for (entry of part.entries; track entry.what) {
            <div>
              <dt>{{ entry.what }}</dt>
              <dd>
                @for (key of entry.keys; track key) {
                  <kbd>{{ key }}</kbd>
                }
              </dd>
            </div>
          }
        </dl>
      }
    </sc-dialog-frame>
  `,
  styles: `
    h3 {
      margin-block: var(--space-4) var(--space-2);
      color: var(--muted);
      font-size: var(--size-s);
    }
    h3:first-child {
      margin-block-start: 0;
    }
    div {
      display: flex;
      justify-content: space-between;
      padding-block: var(--space-1);
    }
    dd {
      display: flex;
      gap: var(--space-1);
    }
  `,
})
export class KeyboardMap {
  protected readonly words = inject(WORDS);
  readonly #keys = this.words.keys;
  protected readonly parts = [
    {
      name: this.#keys.general,
      entries: [
        { what: this.#keys.jump, keys: ['Ctrl', 'K'] },
        { what: this.#keys.search, keys: ['/'] },
        { what: this.#keys.previous, keys: ['Alt', '↑'] },
        { what: this.#keys.next, keys: ['Alt', '↓'] },
        { what: this.#keys.map, keys: ['?'] },
      ],
    },
    {
      name: this.#keys.list,
      entries: [
        { what: this.#keys.walk, keys: ['↑', '↓'] },
        { what: this.#keys.open, keys: ['Enter'] },
      ],
    },
    {
      name: this.#keys.thread,
      entries: [
        { what: this.#keys.send, keys: ['Enter'] },
        { what: this.#keys.line, keys: ['Shift', 'Enter'] },
        { what: this.#keys.leave, keys: ['Esc'] },
      ],
    },
  ];
}
