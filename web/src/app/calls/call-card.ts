import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';

import { Icon } from '../design/icon';
import type { CallView } from '../keyring/call-views';
import { Calls } from '../keyring/calls';
import { WORDS } from '../platform/words/words';
import { CallState } from './call-state';

/** The call while one reads: small, out of the way, with what one needs at once. */
@Component({
  selector: 'sc-call-card',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CallState, Icon],
  template: `
    <section class="card" [attr.aria-label]="words.calls.with(call().name)">
      <div class="who">
        <p class="name cut">
          <bdi>{{ call().name }}</bdi>
        </p>
        <sc-call-state [call]="call()" />
      </div>
      @if (call().phase === 'ended') {
        <button type="button" class="icon-button" [attr.aria-label]="words.close" (click)="calls.dismiss()">
          <sc-icon name="close" />
        </button>
      } @else {
        <button
          type="button"
          class="icon-button"
          [attr.aria-label]="call().muted ? words.calls.unmute : words.calls.mute"
          (click)="toggleMute()"
        >
          <sc-icon [name]="call().muted ? 'mic-off' : 'mic'" />
        </button>
        <button type="button" class="icon-button" [attr.aria-label]="words.calls.open" (click)="grow.emit()">
          <sc-icon name="expand" />
        </button>
        <button type="button" class="icon-button end" [attr.aria-label]="words.calls.hangUp" (click)="hangUp()">
          <sc-icon name="call-end" />
        </button>
      }
    </section>
  `,
  styles: `
    :host {
      position: fixed;
      z-index: 4;
      inset-block-start: calc(var(--bar) + var(--space-3));
      inset-inline-end: var(--space-4);
      max-inline-size: calc(100vw - 2 * var(--space-4));
    }
    .card {
      display: flex;
      align-items: center;
      gap: var(--space-1);
      inline-size: min(340px, 100%);
      padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
      border-radius: var(--radius-m);
      background: var(--surface-float);
      box-shadow: var(--shadow);
    }
    .who {
      flex: 1;
      min-inline-size: 0;
      margin-inline-end: var(--space-2);
      font-size: var(--size-s);
    }
    .name {
      font-weight: 600;
    }
    .end {
      color: var(--danger);
    }
  `,
})
export class CallCard {
  readonly call = input.required<CallView>();
  readonly grow = output();

  protected readonly words = inject(WORDS);
  protected readonly calls = inject(Calls);
  protected readonly isLive = computed(() => this.call().phase === 'connected');

  protected toggleMute(): void {
    void this.calls.mute(this.call(), !this.call().muted);
  }

  protected hangUp(): void {
    void this.calls.hangUp(this.call());
  }
}
