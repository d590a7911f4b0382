import rows from '../src/app/account/server-sight.json';
import { partsOf, readable } from '../src/app/account/sight';
import { english } from '../src/app/platform/words/english';

describe('what the server can see', () => {
  it('is grouped by service and table, and leaves nothing out but the services’ own housekeeping', () => {
    const shown = partsOf(rows).flatMap(({ tables }) => tables.flatMap((table) => table.rows));
    const hidden = rows.filter((row) => !shown.includes(row));
    expect([...new Set(hidden.map(({ table }) => table))].sort()).toEqual(['outbox', 'outbox_owner']);
  });

  it('has a heading in words for every service', () => {
    for (const { service } of partsOf(rows)) expect(english.owner.sightServices[service]).toBeDefined();
  });

  it('calls nothing but sealed columns sealed', () => {
    for (const row of rows) {
      expect(readable(row.class, english.owner) === english.owner.sightSealed).toBe(row.class === 'sealed');
    }
  });
});
