import { ChangeDetectionStrategy, Component, inject, resource, signal } from '@angular/core';

import { SwitchRow } from '../design/switch-row';
import { Owner } from '../keyring/owner';
import { refusalWords } from '../keyring/refusal-words';
import type { Outcome, Peer, PrivacySettings } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

/** What others are told, and who is told nothing. */
@Component({
  selector: 'sc-privacy-section',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [SwitchRow],
  template: `
    <section>
      <h3>{{ words.owner.privacy }}</h3>
      @if (settings.value(); as settings) {
        @for (choice of choices; track choice.name) {
          <sc-switch-row
            [name]="choice.name"
            [label]="choice.label"
            [hint]="choice.why"
            [checked]="settings[choice.name]"
            (turned)="set(settings, choice.name, $event)"
          />
        }
      }
      @if (error()) {
        <p class="error" role="alert">{{ error() }}</p>
      }
    </section>
    <section class="below">
      <h3 id="blocked">{{ words.owner.blocked }}</h3>
      @if (blocked.value().length === 0) {
        <p class="muted">{{ words.owner.blockedNone }}</p>
      } @else {
        <ul aria-labelledby="blocked">
          @for (peer of blocked.value(); track peer.userId) {
            <li>
              <bdi class="name grow cut">{{ peer.username }}</bdi>
              <button
                type="button"
                class="button"
                [attr.aria-label]="words.owner.unblockName(peer.username)"
                (click)="unblock(peer)"
              >
                {{ words.owner.unblock }}
              </button>
            </li>
          }
        </ul>
      }
    </section>
  `,
  styles: `
    .below {
      margin-block-start: var(--space-8);
    }
  `,
  styleUrl: './sections.scss',
})
export class PrivacySection {
  protected readonly words = inject(WORDS);
  readonly #owner = inject(Owner);
  protected readonly settings = resource({ loader: () => this.#owner.privacy() });
  protected readonly blocked = resource({ loader: () => this.#owner.blocked(), defaultValue: [] });
  protected readonly error = signal('');

  protected readonly choices: readonly {
    readonly name: keyof PrivacySettings;
    readonly label: string;
    readonly why: string;
  }[] = [
    { name: 'readReceipts', label: this.words.owner.receipts, why: this.words.owner.receiptsWhy },
    { name: 'typing', label: this.words.owner.typing, why: this.words.owner.typingWhy },
    { name: 'presence', label: this.words.owner.presence, why: this.words.owner.presenceWhy },
  ];

  protected async set(settings: PrivacySettings, name: keyof PrivacySettings, field: HTMLInputElement): Promise<void> {
    const wanted = { ...settings, [name]: field.checked };
    const outcome = await this.#ask(this.#owner.setPrivacy(wanted));
    if (outcome.ok) this.settings.set(wanted);
    else field.checked = settings[name];
  }

  protected async unblock({ userId }: Peer): Promise<void> {
    await this.#ask(this.#owner.unblock(userId));
    this.blocked.reload();
  }

  async #ask(asked: Promise<Outcome<null>>): Promise<Outcome<null>> {
    const outcome = await asked;
    this.error.set(outcome.ok ? '' : refusalWords(outcome, timeFromNow));
    return outcome;
  }
}
