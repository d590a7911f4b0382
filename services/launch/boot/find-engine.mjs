import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A container engine, and how to speak to it.
 *
 * @typedef {object} Engine
 * @property {readonly string[]} compose the command of docker compose, of the old or the new kind
 * @property {() => void} release stops the engine, if it was started for this check
 */

/**
 * Finds an engine that answers. Where there is none, one is started, if the workshop that this project is checked in has the means
 * for it in `../shared/lab`: an engine without systemd, and stand-ins for the base images where no image registry is reached.
 *
 * @param {string} repository
 * @returns {Engine | string} an engine, or the reason why there is none
 */
export function findEngine(repository) {
  const lab = join(repository, '..', 'shared', 'lab');
  const hasLab = existsSync(join(lab, 'start-dockerd.sh')) && process.getuid?.() === 0;
  const answered = answers();
  if (!answered) {
    if (!hasLab) return 'no container engine answers (docker version)';
    if (!succeeds(join(lab, 'start-dockerd.sh'), [])) return 'the container engine could not be started';
  }
  if (hasLab && !succeeds(join(lab, 'base-images.sh'), ['--scan', repository]))
    return 'the base images could not be made';
  const compose = [['docker', 'compose'], ['docker-compose']].find(([command = '', ...args]) =>
    succeeds(command, [...args, 'version'], 'ignore'),
  );
  if (compose === undefined) return 'there is neither docker compose nor docker-compose';
  const release = () => {
    if (!answered) succeeds(join(lab, 'start-dockerd.sh'), ['stop']);
  };
  return { compose, release };
}

function answers() {
  return succeeds('docker', ['version', '--format', '{{.Server.Version}}'], 'ignore');
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {'inherit' | 'ignore'} [output]
 */
function succeeds(command, args, output = 'inherit') {
  return spawnSync(command, args, { stdio: ['ignore', output, output] }).status === 0;
}
