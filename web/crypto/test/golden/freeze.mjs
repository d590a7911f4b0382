/*
 * Writes the frozen structures anew: `npm run freeze`. Only with a new version of a structure: whatever changes here, changes what is
 * already stored and sent.
 */
import { writeFileSync } from 'node:fs';
import { bundleTests } from '../chromium/bundle.mjs';

const source = await bundleTests({ entry: new URL('all-scenarios.ts', import.meta.url), platform: 'node' });
const { playAll } = await import(`data:text/javascript;base64,${Buffer.from(source).toString('base64')}`);
for (const [name, content] of Object.entries(await playAll())) {
  writeFileSync(new URL(`${name}.json`, import.meta.url), `${JSON.stringify(content, null, 2)}\n`);
}
