import { afterNextRender, ElementRef, inject, Injector } from '@angular/core';

/** Moves the focus to the first of these that is there, once the page shows what changed. For a component's constructor. */
export function focusOn(): (...selectors: readonly string[]) => void {
  const injector = inject(Injector);
  const { nativeElement } = inject<ElementRef<HTMLElement>>(ElementRef);
  return (...selectors) => {
    afterNextRender(
      () => {
        const found = selectors.map((selector) => nativeElement.querySelector<HTMLElement>(selector));
        found.find((element) => element !== null)?.focus();
      },
      { injector },
    );
  };
}
