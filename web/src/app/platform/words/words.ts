import { InjectionToken } from '@angular/core';

import { type Catalogue, english } from './english';

/** The catalogue of the language in use. Another language is another object of the same type. */
export const WORDS = new InjectionToken<Catalogue>('words', { providedIn: 'root', factory: () => english });
