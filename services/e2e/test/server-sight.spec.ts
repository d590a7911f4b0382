import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readDeclarations } from '../src/audit/declarations.js';
import { serverSight, SIGHT_FILE, sightText } from '../src/audit/server-sight.js';

const file = fileURLToPath(new URL(`../../../${SIGHT_FILE}`, import.meta.url));

describe('what this server can see about you', () => {
  it('is made from the declarations of today; if not: npm run sight', async () => {
    expect(readFileSync(file, 'utf8')).toBe(sightText(serverSight(await readDeclarations())));
  });

  it('comes from all five services', async () => {
    expect([...(await readDeclarations()).keys()]).toEqual([
      'admin',
      'auth',
      'credits',
      'messaging-gateway',
      'signaling',
    ]);
  });

  it('says of everything in a plain sentence what it is', async () => {
    const odd = serverSight(await readDeclarations()).filter(({ words }) => !/^[A-Z][^_]{3,110}\.$/.test(words));
    expect(odd).toEqual([]);
  });
});
