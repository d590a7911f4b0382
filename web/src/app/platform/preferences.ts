import { Injectable, signal } from '@angular/core';

import { keep, kept } from './kept';

export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const NAMES = { theme: 'sc.theme', singleKeys: 'sc.single-keys', hadSession: 'sc.had-session' } as const;

/** What this browser remembers about the look and feel. Nothing personal: it outlives a log-out. */
@Injectable({ providedIn: 'root' })
export class Preferences {
  readonly #theme = signal<Theme>(storedTheme());
  readonly #singleKeys = signal(kept(NAMES.singleKeys) !== 'off');

  readonly theme = this.#theme.asReadonly();
  /** Whether `/` and `?` do something while nobody types. */
  readonly singleKeys = this.#singleKeys.asReadonly();
  /** Whether the last visit ended in a session: then a list is on its way, and its shape can stand there already. */
  readonly hadSession = kept(NAMES.hadSession) === 'yes';

  setTheme(theme: Theme): void {
    this.#theme.set(theme);
    keep(NAMES.theme, theme);
    applyTheme(theme);
  }

  setSingleKeys(on: boolean): void {
    this.#singleKeys.set(on);
    keep(NAMES.singleKeys, on ? 'on' : 'off');
  }

  rememberSession(exists: boolean): void {
    keep(NAMES.hadSession, exists ? 'yes' : 'no');
  }
}

export function storedTheme(): Theme {
  const stored = kept(NAMES.theme);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

/** Puts the choice where the tokens look for it. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
