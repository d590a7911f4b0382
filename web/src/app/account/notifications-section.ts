import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { SwitchRow } from '../design/switch-row';
import { Notifications } from '../platform/notifications';
import { WORDS } from '../platform/words/words';

/** Whether the system says that something came while one looks elsewhere. */
@Component({
  selector: 'sc-notifications-section',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [SwitchRow],
  template: `
    <section>
      <h3>{{ words.title }}</h3>
      @if (notifications.permission() === 'unsupported') {
        <p class="muted">{{ words.unsupported }}</p>
      } @else {
        <sc-switch-row
          name="notifications"
          [label]="words.label"
          [hint]="words.hint"
          [checked]="notifications.isOn()"
          (turned)="turn($event)"
        />
        <p class="muted" role="status">{{ denied() }}</p>
      }
    </section>
  `,
  styleUrl: './sections.scss',
})
export class NotificationsSection {
  protected readonly words = inject(WORDS).alerts;
  protected readonly notifications = inject(Notifications);
  protected readonly denied = computed(() => (this.notifications.permission() === 'denied' ? this.words.denied : ''));

  protected async turn(control: HTMLInputElement): Promise<void> {
    await this.notifications.turn(control.checked);
    control.checked = this.notifications.isOn();
  }
}
