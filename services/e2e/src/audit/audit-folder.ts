import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreClasses } from '@secureconnect/platform/store/column-class';
import { readStore } from '../store/open-read-only.js';
import { storeReader } from '../store/store-reader.js';
import { storeFaults } from './audit-store.js';
import { misplacedMarkers, unseenMarkers, type Marker } from './markers.js';

export interface Audit {
  /** How many columns were compared with their declaration. */
  readonly columns: number;
  readonly stores: readonly string[];
  /** One line each; empty when everything is as declared. */
  readonly faults: readonly string[];
}

/**
 * Compares every store of a data folder with what its service declares, beside running services or after them; reads only.
 * @param folder - a data folder: `stores/<service>.sqlite`, `logs/`, `redis/`
 */
export function auditFolder(
  folder: string,
  declarations: ReadonlyMap<string, StoreClasses>,
  markers: readonly Marker[] = [],
): Audit {
  const storesDir = join(folder, 'stores');
  const found = existsSync(storesDir) ? readdirSync(storesDir).filter((name) => name.endsWith('.sqlite')) : [];
  const stores = found.map((name) => name.slice(0, -'.sqlite'.length)).sort();
  const faults: string[] = stores.length === 0 ? [`${storesDir}: there is no store`] : [];
  let columns = 0;
  for (const service of declarations.keys())
    if (stores.length > 0 && !stores.includes(service)) faults.push(`${service}: its store is missing`);
  for (const service of stores) {
    const declared = declarations.get(service);
    if (declared === undefined) {
      faults.push(`${service}: a store of which nothing is declared`);
      continue;
    }
    columns += Object.values(declared).reduce((sum, table) => sum + Object.keys(table).length, 0);
    const wrong = readStore(join(storesDir, `${service}.sqlite`), (database) =>
      storeFaults(storeReader(database), declared),
    );
    faults.push(...wrong.map((fault) => `${service} ${fault}`));
  }
  faults.push(...misplacedMarkers(folder, markers), ...unseenMarkers(folder, markers));
  return { columns, stores, faults };
}
