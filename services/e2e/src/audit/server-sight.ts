import type { ColumnLook, StoreClasses } from '@secureconnect/platform/store/column-class';

/** One line of the page "what this server can see about you". */
export interface Sight {
  readonly service: string;
  readonly table: string;
  readonly column: string;
  readonly class: ColumnLook['class'];
  readonly words: string;
}

/** Where the face finds it, from the root of the project. */
export const SIGHT_FILE = 'web/src/app/account/server-sight.json';

/** Everything that the stores hold, as the face shows it; without what says nothing about anybody. */
export function serverSight(declarations: ReadonlyMap<string, StoreClasses>): Sight[] {
  return [...declarations].flatMap(([service, tables]) =>
    Object.entries(tables)
      .filter(([table]) => table !== 'migrations')
      .flatMap(([table, columns]) =>
        Object.entries(columns).map(([column, { class: look, words }]) => ({
          service,
          table,
          column,
          class: look,
          words,
        })),
      ),
  );
}

/** The file's text. */
export function sightText(sights: readonly Sight[]): string {
  return `${JSON.stringify(sights, null, 2)}\n`;
}
