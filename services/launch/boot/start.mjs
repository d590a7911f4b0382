import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { installPackages } from './install.mjs';
import { providePrograms } from './programs.mjs';
import { step } from './progress.mjs';
import { endRunningCommand } from './run-command.mjs';

// The steps that come before there are packages and a build; the rest is in src/run.ts.

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

const stop = () => {
  endRunningCommand();
  process.stdout.write('\n');
  process.exit(130);
};
for (const signal of SIGNALS) process.once(signal, stop);

try {
  await step('Packages', () => installPackages(repository));
  await step('Redis and nginx', () => providePrograms(process.env.REDIS_URL ? ['nginx'] : ['redis-server', 'nginx']));
  await step('Build', () => buildAll(repository));
  const { run } = await import(pathToFileURL(join(repository, 'services/launch/dist/run.js')).href);
  for (const signal of SIGNALS) process.removeListener(signal, stop);
  process.exitCode = await run(repository, step);
} catch (error) {
  const failure = error instanceof Error ? error : new Error(String(error));
  console.error(`\n${failure.name === 'LaunchFailure' ? failure.message : failure.stack}`);
  process.exitCode = 1;
}
