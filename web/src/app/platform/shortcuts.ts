import { DestroyRef, DOCUMENT, inject, Injectable } from '@angular/core';

import { Preferences } from './preferences';

export type Shortcut = 'jump' | 'search' | 'map' | 'previous' | 'next';

/** Turns keys into what they stand for; whoever is on the screen says what happens then. The last one to ask is asked first. */
@Injectable({ providedIn: 'root' })
export class Shortcuts {
  readonly #preferences = inject(Preferences);
  readonly #handlers = new Map<Shortcut, (() => void)[]>();

  constructor() {
    const page = inject(DOCUMENT);
    const listen = (event: KeyboardEvent) => this.#press(event);
    page.addEventListener('keydown', listen);
    inject(DestroyRef).onDestroy(() => page.removeEventListener('keydown', listen));
  }

  /** Calls `handler` from now on, until the given place is gone. */
  handle(shortcut: Shortcut, destroyed: DestroyRef, handler: () => void): void {
    const handlers = this.#handlers.get(shortcut) ?? [];
    handlers.push(handler);
    this.#handlers.set(shortcut, handlers);
    destroyed.onDestroy(() => handlers.splice(handlers.indexOf(handler), 1));
  }

  /** Does what the key would do. @returns false where nobody on the screen answers to it */
  trigger(shortcut: Shortcut): boolean {
    const handler = this.#handlers.get(shortcut)?.at(-1);
    handler?.();
    return handler !== undefined;
  }

  #press(event: KeyboardEvent): void {
    const shortcut = shortcutOf(event, this.#preferences.singleKeys() && !isTyping(event.target));
    if (shortcut === null || isInDialog(event.target)) return;
    if (this.trigger(shortcut)) event.preventDefault();
  }
}

/** @param single - whether a key alone may stand for something */
export function shortcutOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'>,
  single: boolean,
): Shortcut | null {
  if (event.isComposing) return null;
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && !event.altKey && event.key.toLowerCase() === 'k') return 'jump';
  if (event.altKey && !isCommand && event.key === 'ArrowUp') return 'previous';
  if (event.altKey && !isCommand && event.key === 'ArrowDown') return 'next';
  if (!single || isCommand || event.altKey) return null;
  if (event.key === '/') return 'search';
  return event.key === '?' ? 'map' : null;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null;

const isInDialog = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('.cdk-overlay-container') !== null;
