import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';

import { Conversations } from '../keyring/conversations';
import { OpenGroup } from '../keyring/open-group';
import { refusalWords } from '../keyring/refusal-words';
import type { ConversationView, Outcome } from '../keyring/views';
import { timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';

/** In the composer's place while a stranger waits for an answer, or somebody is blocked. */
@Component({
  selector: 'sc-standing-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @let name = conversation().peer.username;
    @let heading =
      isGroup()
        ? words.groups.requestTitle(inviter())
        : isRequest()
          ? words.talk.request(name)
          : words.talk.blocked(name);
    <section [attr.aria-label]="heading">
      <p class="heading">
        <bdi>{{ heading }}</bdi>
      </p>
      <p class="muted">
        {{ isGroup() ? words.groups.requestText : isRequest() ? words.talk.requestText : words.talk.blockedText }}
      </p>
      <div class="acts">
        @if (isGroup()) {
          <button type="button" class="button" [attr.aria-disabled]="isActing()" (click)="leave()">
            {{ words.groups.leave }}
          </button>
          <button type="button" class="button primary" [attr.aria-disabled]="isActing()" (click)="accept()">
            {{ words.talk.accept }}
          </button>
        } @else if (isRequest()) {
          <button type="button" class="button" [attr.aria-disabled]="isActing()" (click)="block()">
            {{ words.talk.block }}
          </button>
          <button type="button" class="button primary" [attr.aria-disabled]="isActing()" (click)="accept()">
            {{ words.talk.accept }}
          </button>
        } @else {
          <button type="button" class="button" [attr.aria-disabled]="isActing()" (click)="unblock()">
            {{ words.talk.unblock }}
          </button>
        }
      </div>
      @if (error()) {
        <p class="error" role="alert">{{ error() }}</p>
      }
    </section>
  `,
  styles: `
    section {
      display: grid;
      justify-items: center;
      gap: var(--space-2);
      max-inline-size: 824px;
      margin-inline: auto;
      padding: var(--space-4) var(--space-6) max(var(--space-6), env(safe-area-inset-bottom));
      text-align: center;
      text-wrap: balance;
    }
    p {
      max-inline-size: 440px;
    }
    .heading {
      font-weight: 600;
    }
    .acts {
      display: flex;
      flex-wrap: wrap;
      justify-content: center;
      gap: var(--space-2);
      margin-block-start: var(--space-2);
    }
    .error {
      color: var(--danger);
    }
  `,
})
export class StandingBar {
  readonly conversation = input.required<ConversationView>();
  protected readonly words = inject(WORDS);
  readonly #conversations = inject(Conversations);
  readonly #group = inject(OpenGroup);
  protected readonly isActing = signal(false);
  protected readonly error = signal('');

  protected isRequest(): boolean {
    return this.conversation().standing === 'request';
  }

  /** Who put one into the group; empty where nobody knows. */
  protected inviter(): string {
    return this.conversation().group?.invitedBy?.username ?? '';
  }

  protected isGroup(): boolean {
    return this.conversation().kind === 'group';
  }

  protected leave(): void {
    void this.#act(() => this.#group.leave());
  }

  protected accept(): void {
    void this.#act(() => this.#conversations.acceptRequest(this.conversation()));
  }

  protected block(): void {
    void this.#act(() => this.#conversations.block(this.conversation()));
  }

  protected unblock(): void {
    void this.#act(() => this.#conversations.unblock(this.conversation()));
  }

  async #act(act: () => Promise<Outcome<null>>): Promise<void> {
    if (this.isActing()) return;
    this.isActing.set(true);
    this.error.set('');
    const outcome = await act().finally(() => this.isActing.set(false));
    if (!outcome.ok) this.error.set(refusalWords(outcome, timeFromNow));
  }
}
