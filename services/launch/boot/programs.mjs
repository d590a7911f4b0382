import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { accessSync, constants } from 'node:fs';
import { launchFailure } from './launch-failure.mjs';
import { runCommand } from './run-command.mjs';

/** Folders where packages put servers, which a normal user's PATH often lacks. */
const EXTRA_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** Homebrew's names, where they are not the program's. */
/** @type {Readonly<Record<string, string>>} */
const BREW_FORMULAE = { 'redis-server': 'redis' };

/**
 * Debian's packages have the programs' names. Their services are for a whole machine, ours are our own: the system's are not
 * started now (policy-rc.d) nor at the next boot. The policy is put back as it was, however this ends.
 */
const APT_SCRIPT = `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
# lists that are old, or lack the security archive, would bring a version that is
apt-get -o DPkg::Lock::Timeout=120 update || true
apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"
if command -v systemctl >/dev/null; then
  for service in "$@"; do systemctl disable "$service" >/dev/null 2>&1 || true; done
fi
`;

/**
 * Sees to it that programs are there: installs the missing ones with apt or brew, where that can be done without asking.
 *
 * @param {readonly string[]} programs named as Debian names their packages
 */
export async function providePrograms(programs) {
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length === 0) return 'installed';
  const failure = `Install ${missing.join(' and ')} and start again (Debian, Ubuntu: sudo apt-get install ${missing.join(' ')}), or use docker compose.`;
  const installer = findInstaller(missing);
  if (installer === undefined) throw launchFailure(failure);
  await runCommand(installer.command, installer.args, { failure });
  const absent = missing.filter((program) => !isInstalled(program));
  if (absent.length > 0) throw launchFailure(failure);
  return `${missing.join(', ')} installed now`;
}

/** @param {readonly string[]} missing */
function findInstaller(missing) {
  if (process.platform === 'darwin' && isInstalled('brew')) {
    return { command: 'brew', args: ['install', ...missing.map((program) => BREW_FORMULAE[program] ?? program)] };
  }
  if (!isInstalled('apt-get')) return undefined;
  const apt = ['sh', '-c', APT_SCRIPT, 'apt', ...missing];
  if (process.getuid?.() === 0) return { command: 'sh', args: apt.slice(1) };
  const maySudo = isInstalled('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return maySudo ? { command: 'sudo', args: ['-n', ...apt] } : undefined;
}

/** @param {string} program */
function isInstalled(program) {
  return [...(process.env.PATH ?? '').split(delimiter), ...EXTRA_FOLDERS].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
