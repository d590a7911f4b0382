import type { StoreClasses } from '@secureconnect/platform/store/column-class';
import type Database from 'better-sqlite3';
import { columnFaults, type StoredValue } from './column-faults.js';

/** So many of the newest rows are looked at, in each table. */
const ROWS_READ = 20_000;

/** Everything in a store that is not as its service declares it, one line each: `account.email: ...`. Empty: all is declared, and looks it. */
export function storeFaults(database: Database.Database, declared: StoreClasses): string[] {
  const faults: string[] = [];
  const tables = tablesOf(database);
  for (const table of Object.keys(declared))
    if (!tables.includes(table) && table !== 'migrations')
      faults.push(`${table}: declared, and there is no such table`);
  for (const table of tables) {
    const classes = declared[table];
    if (classes === undefined) {
      faults.push(`${table}: a table that is not declared`);
      continue;
    }
    const columns = columnsOf(database, table);
    for (const column of Object.keys(classes))
      if (!columns.includes(column)) faults.push(`${table}.${column}: declared, and there is no such column`);
    for (const column of columns) {
      const look = classes[column];
      if (look === undefined) faults.push(`${table}.${column}: a column that is not declared`);
      else
        for (const fault of columnFaults(look, valuesOf(database, table, column)))
          faults.push(`${table}.${column}: ${fault}`);
    }
  }
  return faults;
}

/** All tables but SQLite's own. */
function tablesOf(database: Database.Database): string[] {
  return database
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .pluck()
    .all() as string[];
}

/** Hidden and generated columns too. */
function columnsOf(database: Database.Database, table: string): string[] {
  return database.prepare('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table) as string[];
}

function valuesOf(database: Database.Database, table: string, column: string): StoredValue[] {
  return database
    .prepare(`SELECT "${column}" FROM "${table}" WHERE "${column}" IS NOT NULL LIMIT ${ROWS_READ}`)
    .pluck()
    .all() as StoredValue[];
}
