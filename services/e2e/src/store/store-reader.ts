import type Database from 'better-sqlite3';

export type StoredValue = string | number | bigint | Uint8Array;

/** So many rows of each table are looked at. */
const ROWS_READ = 20_000;

/** A store by its tables, columns and values, whatever they are. */
export interface StoreReader {
  /** All tables and views but SQLite's own. */
  tables(): readonly string[];
  /** Generated and hidden ones too. */
  columns(table: string): readonly string[];
  /** Those that are not NULL. */
  values(table: string, column: string): readonly StoredValue[];
}

export function storeReader(database: Database.Database): StoreReader {
  const list = (sql: string, ...parameters: string[]) =>
    database
      .prepare(sql)
      .pluck()
      .all(...parameters);
  return {
    tables: () =>
      list(
        `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
      ) as string[],
    columns: (table) => list('SELECT name FROM pragma_table_xinfo(?)', table) as string[],
    values: (table, column) =>
      list(`SELECT "${column}" FROM "${table}" WHERE "${column}" IS NOT NULL LIMIT ${ROWS_READ}`) as StoredValue[],
  };
}
