import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StoreClasses } from '@secureconnect/platform/store/column-class';

const SERVICES = new URL('../../../', import.meta.url);
/** Beside sources the sources' declarations are read, beside a build the build's. */
const DECLARATIONS = import.meta.url.endsWith('.ts') ? 'src/store/column-classes.ts' : 'dist/store/column-classes.js';

/** What TypeORM keeps in every store: which migrations were run. */
const MIGRATIONS: StoreClasses = {
  migrations: {
    id: { class: 'counter', words: 'The number of a change of the tables.' },
    timestamp: { class: 'counter', words: 'Its version.' },
    name: { class: 'public', pattern: /^[A-Za-z]+\d+$/, words: 'Its name.' },
  },
};

/**
 * What every service declares of its store, by the service's name. A declaration is data, so it is read at run time: this package
 * imports nothing of a service.
 */
export async function readDeclarations(): Promise<ReadonlyMap<string, StoreClasses>> {
  const found = new Map<string, StoreClasses>();
  for (const name of readdirSync(SERVICES).sort()) {
    const file = new URL(`${name}/${DECLARATIONS}`, SERVICES);
    if (!existsSync(file)) continue;
    const { COLUMN_CLASSES } = (await import(fileURLToPath(file))) as { COLUMN_CLASSES: StoreClasses };
    found.set(name, { ...MIGRATIONS, ...COLUMN_CLASSES });
  }
  return found;
}
