import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { auditFolder } from './audit-folder.js';
import { readDeclarations } from './declarations.js';
import { readMarkers } from './markers.js';

const USAGE = 'npm run audit:stores -- <data folder> [--markers <file>]';

const { values, positionals } = parseArgs({ options: { markers: { type: 'string' } }, allowPositionals: true });
const [folder, ...more] = positionals;
if (folder === undefined || more.length > 0 || !existsSync(folder)) {
  console.error(folder === undefined ? USAGE : `There is no data folder ${folder}.\n${USAGE}`);
  process.exitCode = 2;
} else {
  const markers = values.markers === undefined ? [] : readMarkers(readFileSync(values.markers, 'utf8'));
  const { columns, stores, faults } = auditFolder(resolve(folder), await readDeclarations(), markers);
  for (const fault of faults) console.log(fault);
  const looked = `${stores.length} stores, ${columns} columns, ${markers.length} markers`;
  console.log(`${looked}: ${faults.length === 0 ? 'everything is as declared' : `${faults.length} faults`}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
