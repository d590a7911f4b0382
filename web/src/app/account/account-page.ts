import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Icon } from '../design/icon';
import type { IconName } from '../design/icons';
import { Monogram } from '../design/monogram';
import { SwitchRow } from '../design/switch-row';
import { Link } from '../keyring/link';
import { Session } from '../keyring/session';
import { Dialogs } from '../platform/dialogs';
import { Preferences, type Theme } from '../platform/preferences';
import { Shortcuts } from '../platform/shortcuts';
import { WORDS } from '../platform/words/words';
import { AuditSection } from './audit-section';
import { DevicesSection } from './devices-section';
import { NotificationsSection } from './notifications-section';
import { PrivacySection } from './privacy-section';
import { RecoverySection } from './recovery-section';

/** Who one is here, how it looks, and the way out. */
@Component({
  selector: 'sc-account-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [
    AuditSection,
    DevicesSection,
    Icon,
    Monogram,
    NotificationsSection,
    PrivacySection,
    RecoverySection,
    RouterLink,
    SwitchRow,
  ],
  templateUrl: './account-page.html',
  styleUrl: './account-page.scss',
})
export class AccountPage {
  protected readonly words = inject(WORDS);
  protected readonly session = inject(Session);
  protected readonly link = inject(Link);
  protected readonly preferences = inject(Preferences);
  protected readonly shortcuts = inject(Shortcuts);
  readonly #dialogs = inject(Dialogs);

  protected readonly themes: readonly { readonly theme: Theme; readonly icon: IconName; readonly name: string }[] = [
    { theme: 'system', icon: 'system', name: this.words.account.system },
    { theme: 'light', icon: 'light', name: this.words.account.light },
    { theme: 'dark', icon: 'dark', name: this.words.account.dark },
  ];

  protected async logOut(): Promise<void> {
    const load = () => import('./log-out-dialog').then((file) => file.LogOutDialog);
    const unsent = await this.session.unsent();
    await this.#dialogs.open(load, { kind: 'plain-dialog', focus: '.stay', data: unsent });
  }
}
