import { Injectable, signal } from '@angular/core';

export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const NAMES = { theme: 'sc.theme', singleKeys: 'sc.single-keys', hadSession: 'sc.had-session' } as const;

/** What this browser remembers about the look and feel. Nothing personal: it outlives a log-out. */
@Injectable({ providedIn: 'root' })
export class Preferences {
  readonly #theme = signal<Theme>(storedTheme());
  readonly #singleKeys = signal(read(NAMES.singleKeys) !== 'off');

  readonly theme = this.#theme.asReadonly();
  /** Whether `/` and `?` do something while nobody types. */
  readonly singleKeys = this.#singleKeys.asReadonly();
  /** Whether the last visit ended in a session: then a list is on its way, and its shape can stand there already. */
  readonly hadSession = read(NAMES.hadSession) === 'yes';

  setTheme(theme: Theme): void {
    this.#theme.set(theme);
    write(NAMES.theme, theme);
    applyTheme(theme);
  }

  setSingleKeys(on: boolean): void {
    this.#singleKeys.set(on);
    write(NAMES.singleKeys, on ? 'on' : 'off');
  }

  rememberSession(exists: boolean): void {
    write(NAMES.hadSession, exists ? 'yes' : 'no');
  }
}

export function storedTheme(): Theme {
  const stored = read(NAMES.theme);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

/** Puts the choice where the tokens look for it. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** A browser may refuse to keep anything; then the preference lasts as long as the page. */
function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // nothing is lost but the preference
  }
}
