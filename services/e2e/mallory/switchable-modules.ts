/*
 * Set up before the bench's specs: every module of the client, the cryptography and the contracts can have an export replaced while
 * it runs (src/mallory/switchboard.ts).
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { switchable } from '../src/mallory/switchboard.js';

const root = join(__dirname, '../../..');
const packages = { crypto: 'web/crypto/src', client: 'web/client/src', contracts: 'services/contracts/src' };

for (const [name, folder] of Object.entries(packages)) {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))) {
    const module = `@secureconnect/${name}/${file.slice(0, -'.ts'.length)}`;
    jest.doMock(module, () => switchable(module, jest.requireActual<Record<string, unknown>>(module)));
  }
}
