/*
 * The same specs that Jest runs, in a Worker of Debian's Chromium: `npm run test:crypto:chromium -w @secureconnect/crypto`. CHROMIUM
 * names another browser; arguments choose specs by a part of their name.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { bundleTests } from './bundle.mjs';
import { withScriptedPage } from './page-with-script.mjs';

const specFolder = new URL('../', import.meta.url);
const wycheproofFolder = new URL('../../../../../shared/vectors/wycheproof/', import.meta.url);
const DEADLINE_MS = 300_000;

const wanted = process.argv.slice(2);
const specs = readdirSync(specFolder)
  .filter((name) => name.endsWith('.spec.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));

function filesOf(folder) {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]);
}

const testFiles = Object.fromEntries([
  ...filesOf(wycheproofFolder),
  ...filesOf(new URL('../golden/', import.meta.url)),
]);
const imports = specs.map((name) => `[${JSON.stringify(name)}, () => import(${JSON.stringify(`./${name}`)})]`);
const script = await bundleTests({
  contents: `import { runAll } from './chromium/runner.mjs';\nvoid runAll([${imports.join(', ')}]);`,
  folder: specFolder,
  platform: 'browser',
});

const preamble = `globalThis.process = { env: {} };\nglobalThis.testFiles = ${JSON.stringify(testFiles)};`;
const results = [];
await withScriptedPage(`${preamble}\n${script}`, async (page, version) => {
  page.on('console', (message) => console.log(message.text()));
  await page.exposeFunction('report', (result) => {
    results.push(result);
    if (result.outcome === 'failed') console.error(`failed  ${result.name}\n        ${result.reason}`);
  });
  const finished = page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new globalThis.Worker('/script.js', { type: 'module' });
        let reported = Promise.resolve();
        worker.onmessage = ({ data }) => {
          reported = data.done ? reported.then(resolve) : reported.then(() => globalThis.report(data));
        };
        worker.onerror = (event) => reject(new Error(event.message));
      }),
  );
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('the specs did not end in time')), DEADLINE_MS).unref();
  });
  await Promise.race([finished, late]).finally(() => {
    const { length: count } = results;
    const of = (outcome) => results.filter((result) => result.outcome === outcome).length;
    console.log(`Chromium ${version}, ${specs.length} files`);
    const parts = ['failed', 'skipped', 'passed'].filter((outcome) => of(outcome) > 0);
    console.log(`Tests:       ${parts.map((outcome) => `${of(outcome)} ${outcome}, `).join('')}${count} total`);
  });
});
process.exitCode = results.length > 0 && results.every(({ outcome }) => outcome !== 'failed') ? 0 : 1;
