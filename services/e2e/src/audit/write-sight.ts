import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDeclarations } from './declarations.js';
import { serverSight, SIGHT_FILE, sightText } from './server-sight.js';

const file = fileURLToPath(new URL(`../../../../${SIGHT_FILE}`, import.meta.url));
const sights = serverSight(await readDeclarations());
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, sightText(sights));
console.log(`${SIGHT_FILE}: ${sights.length} columns`);
