/*
 * What `npm run test:nat` runs: a network of two homes behind NATs, and in it the whole product, its relay and a real browser in each home.
 * It needs Linux and root; what is missing of Debian's packages is installed. Where it cannot run, it says why, and that is no failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { down, up, within } from './lab.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAMS = { ip: 'iproute2', nft: 'nftables', turnserver: 'coturn', python3: 'python3', nsenter: 'util-linux' };

/** @param {string} name */
const isHere = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
const missing = () => Object.entries(PROGRAMS).flatMap(([name, debian]) => (isHere(name) ? [] : [debian]));

/** @returns {string | null} why the network cannot be made here */
function reason() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'it needs Linux and root, for network namespaces';
  if (!existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium')) return 'there is no Chromium';
  if (missing().length > 0 && isHere('apt-get')) {
    console.log(`Installing ${missing().join(', ')}`);
    spawnSync('apt-get', ['install', '-y', '-qq', ...missing()], { stdio: 'ignore' });
  }
  return missing().length > 0 ? `${missing().join(', ')} cannot be installed` : null;
}

let why = reason();
process.env.NAT_LAB = `sc${process.pid}`;
try {
  if (why === null) up();
} catch (error) {
  why = `this kernel makes no such network (${error instanceof Error ? error.message.split('\n').at(-1) : error})`;
}
try {
  if (why === null) {
    const playwright = ['node_modules/@playwright/test/cli.js', 'test', '--config', 'web/e2e/nat/playwright.config.ts'];
    const [command, words] = within('pub', process.execPath, ...playwright, ...process.argv.slice(2));
    process.exitCode = spawnSync(command, words, { cwd: repository, stdio: 'inherit' }).status ?? 1;
  } else console.log(`Not run: ${why}.`);
} finally {
  if (process.getuid?.() === 0) down();
}
