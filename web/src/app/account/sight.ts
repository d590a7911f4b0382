import type { Catalogue } from '../platform/words/english';

/** One column of one store, as its service declares it. */
export interface SightRow {
  readonly service: string;
  readonly table: string;
  readonly column: string;
  readonly class: string;
  readonly words: string;
}

export interface SightTable {
  readonly name: string;
  readonly rows: readonly SightRow[];
}

export interface SightPart {
  readonly service: string;
  readonly tables: readonly SightTable[];
}

/** What a service needs to keep its own work in order is the same everywhere, and about nobody. */
const HOUSEKEEPING = new Set(['outbox', 'outbox_owner']);

/** The rows by service and table, in the order in which they are declared; what is nobody's is left out. */
export function partsOf(rows: readonly SightRow[]): readonly SightPart[] {
  const parts = new Map<string, Map<string, SightRow[]>>();
  for (const row of rows) {
    if (HOUSEKEEPING.has(row.table)) continue;
    const tables = parts.get(row.service) ?? new Map<string, SightRow[]>();
    tables.set(row.table, [...(tables.get(row.table) ?? []), row]);
    parts.set(row.service, tables);
  }
  return [...parts].map(([service, tables]) => ({
    service,
    tables: [...tables].map(([name, held]) => ({ name, rows: held })),
  }));
}

/** What the server makes of a class: it reads it, or it cannot. */
export function readable(kind: string, words: Catalogue['owner']): string {
  return kind === 'sealed' ? words.sightSealed : words.sightReads;
}
