import { InjectionToken } from '@angular/core';

export type Ability = 'able' | 'insecure' | 'too-old';

/** Whether keys can be made and held in this page at all: asked before anything else, so that the answer is words and not a crash. */
export function pageAbility(page: { readonly isSecureContext: boolean }): Ability {
  if (!page.isSecureContext) return 'insecure';
  const offers = page as { readonly crypto?: Partial<Crypto>; readonly Worker?: unknown; readonly indexedDB?: unknown };
  const isWhole = offers.crypto?.subtle !== undefined && offers.Worker !== undefined && offers.indexedDB !== undefined;
  return isWhole ? 'able' : 'too-old';
}

export const ABILITY = new InjectionToken<Ability>('ability', {
  providedIn: 'root',
  factory: () => pageAbility(window),
});
