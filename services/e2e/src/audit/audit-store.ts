import type { StoreClasses } from '@secureconnect/platform/store/column-class';
import type { StoreReader } from '../store/store-reader.js';
import { columnFaults } from './column-faults.js';

/** Everything in a store that is not as its service declares it, one line each: `account.email: ...`. Empty: all is declared, and looks it. */
export function storeFaults(store: StoreReader, declared: StoreClasses): string[] {
  const faults: string[] = [];
  const tables = store.tables();
  for (const table of Object.keys(declared))
    if (!tables.includes(table)) faults.push(`${table}: declared, and there is no such table`);
  for (const table of tables) {
    const classes = declared[table];
    if (classes === undefined) {
      faults.push(`${table}: a table that is not declared`);
      continue;
    }
    const columns = store.columns(table);
    for (const column of Object.keys(classes))
      if (!columns.includes(column)) faults.push(`${table}.${column}: declared, and there is no such column`);
    for (const column of columns) {
      const look = classes[column];
      if (look === undefined) faults.push(`${table}.${column}: a column that is not declared`);
      else
        for (const fault of columnFaults(look, store.values(table, column)))
          faults.push(`${table}.${column}: ${fault}`);
    }
  }
  return faults;
}
