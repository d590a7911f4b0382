import { execFileSync, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

/**
 * One run of the project's docker-compose.yml under a name and on ports of its own.
 */
export class ComposeProject {
  /**
   * @param {readonly string[]} compose
   * @param {string} repository
   * @param {{ http: number, https: number }} ports
   */
  constructor(compose, repository, ports) {
    this.compose = compose;
    this.repository = repository;
    this.name = `secureconnect-check-${process.pid}`;
    this.httpUrl = `http://localhost:${ports.http}`;
    this.httpsUrl = `https://localhost:${ports.https}`;
    this.environment = {
      ...process.env,
      SECURECONNECT_HTTP_PORT: String(ports.http),
      SECURECONNECT_HTTPS_PORT: String(ports.https),
    };
  }

  /**
   * Runs a command of docker compose. Its output is shown when it fails.
   *
   * @param {readonly string[]} args
   * @returns {string} what it wrote to its standard output
   */
  run(...args) {
    const [command = '', ...first] = this.compose;
    const done = spawnSync(command, [...first, '-p', this.name, ...args], {
      cwd: this.repository,
      env: this.environment,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    });
    if (done.status === 0) return done.stdout;
    console.error(`${done.stdout}\n${done.stderr}`.trim().split('\n').slice(-60).join('\n'));
    throw new Error(`${this.compose.join(' ')} ${args.join(' ')} failed`);
  }

  /**
   * Ids of the containers of a service, or of all.
   *
   * @param {readonly string[]} services
   */
  containers(...services) {
    return this.run('ps', '-q', ...services)
      .split('\n')
      .filter(Boolean);
  }

  /**
   * What the engine knows about containers.
   *
   * @param {readonly string[]} ids
   * @returns {{ Id: string, Name: string, Config: { Hostname: string, User: string }, HostConfig: { ReadonlyRootfs: boolean },
   *   State: { Status: string, ExitCode: number, Health?: { Status: string } } }[]}
   */
  inspect(ids) {
    return ids.length === 0 ? [] : JSON.parse(docker('inspect', ...ids));
  }

  /** Names and states of the containers that are not well (yet). */
  notWell() {
    return this.inspect(
      docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${this.name}`).split('\n').filter(Boolean),
    )
      .filter(
        ({ State }) => !(State.Health?.Status === 'healthy' || (State.Status === 'exited' && State.ExitCode === 0)),
      )
      .map(({ Name, State }) => `${Name.replace(/^\//, '')} ${State.Health?.Status ?? State.Status}`);
  }

  /** @param {number} withinMs */
  async untilWell(withinMs) {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const notWell = this.notWell();
      if (notWell.length === 0) return;
      if (Date.now() > deadline) throw new Error(`not healthy after ${withinMs / 1000} s: ${notWell.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** Ends everything and removes its volumes, its networks and the images that were built for it. */
  remove() {
    this.run('down', '--volumes', '--remove-orphans', '--rmi', 'local', '--timeout', '15');
  }
}

/**
 * @param {readonly string[]} args
 * @returns {string}
 */
export function docker(...args) {
  return execFileSync('docker', args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
}

/** A port of the loopback that nobody uses now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}
