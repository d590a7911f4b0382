import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';

import { Icon } from '../design/icon';
import type { Peer } from '../keyring/views';
import { WORDS } from '../platform/words/words';
import { SafetySection } from './safety-section';
import { TRUST_SHAPES } from './trust-shapes';

/** What is known of a person's keys and what it means; what to decide is projected between that and the number to compare. */
@Component({
  selector: 'sc-trust-section',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, SafetySection],
  template: `
    @let peer = this.peer();
    <div class="state" [class]="peer.trust">
      <sc-icon [name]="shapes[peer.trust]" [size]="28" />
      <h3>{{ words.trust.headings[peer.trust] }}</h3>
    </div>
    <p>{{ words.trust.texts[peer.trust](peer.username) }}</p>
    <ng-content />
    <sc-safety-section [peer]="peer" />
  `,
  styles: `
    .state {
      display: flex;
      align-items: center;
      gap: var(--space-3);
      margin-block: var(--space-4) var(--space-2);
    }
    h3 {
      font-size: var(--size-l);
    }
    .verified sc-icon {
      color: var(--verified);
    }
    .changed sc-icon {
      color: var(--danger);
    }
  `,
})
export class TrustSection {
  readonly peer = input.required<Peer>();
  protected readonly words = inject(WORDS);
  protected readonly shapes = TRUST_SHAPES;
}
