import { ChangeDetectionStrategy, Component, computed, DestroyRef, effect, inject, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { NavigationEnd, Router, RouterOutlet } from '@angular/router';

import { Alarms } from '../keyring/alarms';
import { Conversations } from '../keyring/conversations';
import { Link } from '../keyring/link';
import { Session } from '../keyring/session';
import { Dialogs } from '../platform/dialogs';
import { Preferences } from '../platform/preferences';
import { Shortcuts } from '../platform/shortcuts';
import { WORDS } from '../platform/words/words';
import { Alerts } from './alerts';
import { ArrivalVoice } from './arrival-voice';
import { Navigation } from './navigation';
import { Notices } from './notices';
import { Restoring } from './restoring';

const TITLE_CALM_MS = 250;

const loadJumpDialog = () => import('./jump-dialog').then((file) => file.JumpDialog);
const loadKeyboardMap = () => import('./keyboard-map').then((file) => file.KeyboardMap);

/** The frame around every page. */
@Component({
  selector: 'sc-shell',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterOutlet, Navigation, Notices, Restoring],
  templateUrl: './shell.html',
  styleUrl: './shell.scss',
  host: {
    '[attr.data-connection]': 'link.connection().state',
    '[attr.data-replica]': 'link.replicaId()',
    '[class.at-chats]': 'isAtChats()',
    '[class.in-thread]': 'isInThread()',
    '[class.bare]': '!signedIn()',
  },
})
export class Shell {
  protected readonly words = inject(WORDS);
  protected readonly link = inject(Link);
  protected readonly alarms = inject(Alarms);
  readonly #session = inject(Session);
  readonly #router = inject(Router);
  readonly #dialogs = inject(Dialogs);

  readonly #url = signal('');
  protected readonly state = computed(() => this.#session.state().state);
  protected readonly signedIn = computed(() => this.state() === 'signed-in');
  protected readonly isAtChats = computed(() => /^\/chats(?:[/?#]|$)/.test(this.#url()));
  protected readonly isInThread = computed(() => /^\/chats\/./.test(this.#url()));

  constructor() {
    const preferences = inject(Preferences);
    const conversations = inject(Conversations);
    const title = inject(Title);
    inject(ArrivalVoice);
    inject(Alerts);
    this.#router.events.subscribe((event) => {
      if (event instanceof NavigationEnd) this.#url.set(event.urlAfterRedirects);
    });
    effect(() => {
      const state = this.#session.state();
      if (state.state === 'restoring') return;
      preferences.rememberSession(state.state === 'signed-in');
      if (state.state === 'signed-in') this.#dialogs.prepare([loadJumpDialog, loadKeyboardMap]);
      if (state.state === 'signed-out') {
        this.#dialogs.closeAll();
        if (this.#url() !== '' && !/^\/(?:sign-up|log-in|recover|start-fresh)/.test(this.#url()))
          void this.#router.navigateByUrl('/log-in');
      }
    });
    effect((onCleanup) => {
      const unread = conversations.unread();
      const text = unread > 0 ? `(${this.words.nav.unreadShort(unread)}) ${this.words.product}` : this.words.product;
      // what is read in the moment it comes does not flicker through the title
      const timer = setTimeout(() => title.setTitle(text), TITLE_CALM_MS);
      onCleanup(() => clearTimeout(timer));
    });
    const shortcuts = inject(Shortcuts);
    const destroyed = inject(DestroyRef);
    shortcuts.handle('jump', destroyed, () => this.#jump());
    shortcuts.handle('map', destroyed, () => this.#showKeyboardMap());
  }

  #showKeyboardMap(): void {
    void this.#dialogs.open(loadKeyboardMap, { kind: 'plain-dialog', focus: 'dialog' });
  }

  #jump(): void {
    if (!this.signedIn()) return;
    void this.#dialogs.open(loadJumpDialog, { kind: 'plain-dialog', focus: 'input', top: '12vh' });
  }
}
