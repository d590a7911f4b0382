import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './install.mjs';
import { hashFiles, isStamped, sourceFiles, stamp } from './stamp.mjs';

/**
 * Builds services and web app when their sources have changed since the last time.
 *
 * @param {string} repository
 */
export async function buildAll(repository) {
  const stampFile = join(repository, 'node_modules/.cache/secureconnect/build');
  const hash = sourcesHash(repository);
  const results = ['services/launch/dist/run.js', 'services/auth/dist/main.js', 'web/dist/index.html'];
  if (isStamped(stampFile, hash) && results.every((path) => existsSync(join(repository, path)))) return 'up to date';
  await runNpm(repository, ['run', 'build'], {
    failure: 'The build failed: see above; in an unchanged copy of the project, remove node_modules and try again.',
  });
  stamp(stampFile, hash);
  return 'built';
}

/** @param {string} repository */
function sourcesHash(repository) {
  const settings = readdirSync(repository).filter((name) => /^(package(-lock)?|tsconfig.*|nest-cli)\.json$/.test(name));
  const files = [
    ...settings.map((name) => join(repository, name)),
    ...['services', 'web'].flatMap((name) => sourceFiles(join(repository, name))),
  ];
  return hashFiles(repository, files);
}
