import type { MatDialog } from '@angular/material/dialog';
import { inject, Injectable, Injector, type Type } from '@angular/core';

export interface DialogLook {
  /** In the middle, or at the side; both rise from the foot of a phone. */
  readonly kind: 'plain-dialog' | 'side-sheet';
  /** Where the focus goes: a selector, or the dialog itself. */
  readonly focus: string;
  readonly data?: unknown;
  /** Distance from the top, where the middle is not wanted. */
  readonly top?: string;
}

/** Opens dialogs one at a time. What a dialog needs is loaded when the first one is opened. */
@Injectable({ providedIn: 'root' })
export class Dialogs {
  readonly #injector = inject(Injector);
  #dialog: MatDialog | undefined;

  async open(load: () => Promise<Type<unknown>>, look: DialogLook): Promise<void> {
    const [{ MatDialog, MatDialogConfig }, component] = await Promise.all([import('@angular/material/dialog'), load()]);
    this.#dialog ??= this.#injector.get(MatDialog);
    if (this.#dialog.openDialogs.length > 0) return;
    const config = new MatDialogConfig<unknown>();
    config.panelClass = look.kind;
    config.autoFocus = look.focus;
    config.data = look.data;
    if (look.top !== undefined) config.position = { top: look.top };
    this.#dialog.open(component, config);
  }

  /** Loads what dialogs need while nothing else is going on, so that the first one takes the keys that follow it. */
  prepare(loads: readonly (() => Promise<unknown>)[]): void {
    const prepare = () => void Promise.all([import('@angular/material/dialog'), ...loads.map((load) => load())]);
    if ('requestIdleCallback' in window) requestIdleCallback(prepare, { timeout: 5_000 });
    else setTimeout(prepare, 2_000);
  }

  closeAll(): void {
    this.#dialog?.closeAll();
  }
}
