import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchFailure } from './launch-failure.mjs';
import { runCommand } from './run-command.mjs';
import { hashFiles, isStamped, stamp } from './stamp.mjs';

/**
 * Installs the packages when they are missing or are not those of the lock file.
 *
 * @param {string} repository
 */
export async function installPackages(repository) {
  const stampFile = join(repository, 'node_modules/.cache/secureconnect/packages');
  if (existsSync(join(repository, 'node_modules')) && isStamped(stampFile, packagesHash(repository)))
    return 'up to date';
  if (!isWritable(repository)) {
    throw launchFailure(
      `The folder ${repository} cannot be written to: start as its owner, or copy it to a folder of your own.`,
    );
  }
  await runNpm(repository, ['install', '--include=dev', '--no-audit', '--no-fund', '--no-progress'], {
    failure: 'The packages could not be installed: see above; with a connection to the npm registry, try again.',
  });
  stamp(stampFile, packagesHash(repository));
  return 'installed';
}

/**
 * Runs npm: the one that started us, where it did.
 *
 * @param {string} repository
 * @param {readonly string[]} args
 * @param {{ failure: string }} options
 */
export function runNpm(repository, args, { failure }) {
  const npm = process.env.npm_execpath;
  const viaNode = npm !== undefined && /\.c?js$/.test(npm);
  return runCommand(viaNode ? process.execPath : 'npm', viaNode ? [npm, ...args] : args, { cwd: repository, failure });
}

/** @param {string} repository */
function packagesHash(repository) {
  const manifests = ['services', 'web']
    .flatMap((folder) => [folder, ...readdirSync(join(repository, folder)).map((name) => join(folder, name))])
    .map((folder) => join(repository, folder, 'package.json'))
    .filter((file) => existsSync(file));
  const files = [join(repository, 'package.json'), join(repository, 'package-lock.json'), ...manifests];
  return hashFiles(repository, files, [process.platform, process.arch]);
}

/** @param {string} folder */
function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
