import { DestroyRef, inject, Injectable, type Signal, signal } from '@angular/core';

/** One pane at a time, list and thread, or rail, list and thread. The same bounds stand in the style sheets. */
@Injectable({ providedIn: 'root' })
export class Layout {
  readonly #destroyed = inject(DestroyRef);
  /** Under 700 px: one at a time. */
  readonly isNarrow = this.#matches('(max-width: 699.98px)');

  #matches(query: string): Signal<boolean> {
    const list = window.matchMedia(query);
    const matches = signal(list.matches);
    const follow = () => matches.set(list.matches);
    list.addEventListener('change', follow);
    this.#destroyed.onDestroy(() => list.removeEventListener('change', follow));
    return matches.asReadonly();
  }
}
