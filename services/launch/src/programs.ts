import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LaunchFailure } from './launch-failure.js';

/** Folders where packages put servers, which a normal user's PATH often lacks. */
const EXTRA_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

const NODE_MAJOR_WANTED = 24;

/** Path of a program, or undefined when this machine has none. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...EXTRA_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Path of a program that must be there. @throws LaunchFailure saying what to install */
export function requireProgram(name: string, debianPackage: string): string {
  const path = findProgram(name);
  if (path !== undefined) return path;
  throw new LaunchFailure(
    `${name} is not installed: install it (Debian: apt-get install ${debianPackage}), or use docker compose.`,
  );
}

/** The Node 24 that runs the services: the one among the project's packages, else the one that runs this program. */
export function findNode24(repository: string): string {
  const own = join(repository, 'node_modules', '.bin', 'node');
  if (isExecutable(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_WANTED) return process.execPath;
  throw new LaunchFailure(
    `No Node ${NODE_MAJOR_WANTED} for this machine is among the packages: install Node ${NODE_MAJOR_WANTED}, or use docker compose.`,
  );
}

/** Version of nginx as numbers: [1, 22, 1]. */
export function nginxVersion(nginx: string): readonly number[] {
  const told = spawnSync(nginx, ['-v'], { encoding: 'utf8' }).stderr;
  return (/nginx\/([\d.]+)/.exec(told)?.[1] ?? '0').split('.').map(Number);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
