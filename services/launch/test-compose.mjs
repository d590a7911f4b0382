/*
 * What `npm run test:compose` runs: the containers are built and started, alice and bob talk through them, and everything is removed.
 * Where there is no container engine it says so, and that nothing was tested.
 */
import { fileURLToPath } from 'node:url';
import { buildAll } from './boot/build.mjs';
import { findEngine } from './boot/find-engine.mjs';
import { installPackages } from './boot/install.mjs';
import { step } from './boot/progress.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));

process.on('SIGINT', () => undefined); // what runs now gets it too and fails; what was started is removed all the same

const engine = findEngine(repository);
if (typeof engine === 'string') {
  console.log(`docker compose was not tested: ${engine}.`);
} else {
  try {
    await step('Packages', () => installPackages(repository));
    await step('Build', () => buildAll(repository));
    const { checkCompose } = await import('./dist/compose-check.js');
    process.exitCode = await checkCompose(engine.compose, step);
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    engine.release();
  }
}
