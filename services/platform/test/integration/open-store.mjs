// A process of its own that opens a store, for the spec of concurrent starts: node open-store.mjs <store.js> <file>
const [, , module, file] = process.argv;
const { openStore } = await import(module);

class SlowOpening1790000000000 {
  async up(runner) {
    await runner.query('CREATE TABLE start (id INTEGER PRIMARY KEY) STRICT');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  async down() {}
}

const store = await openStore({ file, entities: [], migrations: [SlowOpening1790000000000], writers: 'many' });
await store.writes.commit((database) => database.prepare('INSERT INTO start DEFAULT VALUES').run());
await store.close();
