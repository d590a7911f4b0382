import { execFileSync, spawn } from 'node:child_process';

/** What is known about a running `docker compose`, as JSON in the environment variable {@link PROJECT_VARIABLE}. */
export interface ProjectFacts {
  /** The command of docker compose, of the old kind or the new. */
  readonly compose: readonly string[];
  readonly repository: string;
  readonly name: string;
  readonly httpPort: number;
  readonly httpsPort: number;
}

export const PROJECT_VARIABLE = 'SECURECONNECT_COMPOSE_PROJECT';

/** The part of what the engine knows about a container that we look at. */
export interface Container {
  readonly Id: string;
  readonly Name: string;
  readonly Config: {
    readonly Hostname: string;
    readonly User: string;
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly HostConfig: { readonly ReadonlyRootfs: boolean; readonly CapDrop: readonly string[] | null };
  readonly State: { readonly Status: string; readonly ExitCode: number; readonly Health?: { readonly Status: string } };
}

const MEBIBYTE = 1_048_576;
const LINES_SHOWN = 60;
const LOOK_AGAIN_MS = 500;

/** One run of the project's `docker-compose.yml`, under a name and on ports of its own. */
export class ComposeProject {
  constructor(readonly facts: ProjectFacts) {}

  get httpUrl(): string {
    return `http://localhost:${this.facts.httpPort}`;
  }

  get httpsUrl(): string {
    return `https://localhost:${this.facts.httpsPort}`;
  }

  /** Runs a command of docker compose. @throws Error with the end of what it wrote when it fails */
  async run(...args: readonly string[]): Promise<void> {
    const { compose, name, repository, httpPort, httpsPort } = this.facts;
    const [command = '', ...first] = compose;
    const child = spawn(command, [...first, '-p', name, ...args], {
      cwd: repository,
      env: { ...process.env, SECURECONNECT_HTTP_PORT: String(httpPort), SECURECONNECT_HTTPS_PORT: String(httpsPort) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let written = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (written += text));
    }
    const code = await new Promise((resolve) => child.once('error', resolve).once('close', resolve));
    if (code === 0) return;
    const end = written.trim().split('\n').slice(-LINES_SHOWN).join('\n');
    throw new Error(`${compose.join(' ')} ${args.join(' ')} failed:\n${end}`);
  }

  /** The project's containers, also those that have ended; of one service, or of all. */
  containers(service?: string): Container[] {
    const ids = docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${this.facts.name}`)
      .split('\n')
      .filter(Boolean);
    const all = ids.length === 0 ? [] : (JSON.parse(docker('inspect', ...ids)) as Container[]);
    return all.filter(({ Config }) => service === undefined || Config.Labels['com.docker.compose.service'] === service);
  }

  /** Waits until every container is healthy, or has ended well as the one that only sets up does. */
  async untilWell(withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const notWell = this.containers().filter((container) => !isWell(container));
      if (notWell.length === 0) return;
      if (Date.now() > deadline)
        throw new Error(`not healthy after ${withinMs / 1000} s: ${notWell.map(describe).join('')}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  /** Ends everything and removes its volumes, its networks and the images that were built for it. */
  async remove(): Promise<void> {
    await this.run('down', '--volumes', '--remove-orphans', '--rmi', 'local', '--timeout', '15');
  }
}

/** Runs a command of docker and gives its output. */
export function docker(...args: readonly string[]): string {
  return execFileSync('docker', args, {
    encoding: 'utf8',
    maxBuffer: 256 * MEBIBYTE,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function isWell({ State }: Container): boolean {
  return State.Health?.Status === 'healthy' || (State.Status === 'exited' && State.ExitCode === 0);
}

function describe({ Id, Name, State }: Container): string {
  const log = execFileSync('sh', ['-c', 'docker logs --tail 15 "$0" 2>&1', Id], { encoding: 'utf8' });
  return `\n${Name.slice(1)} is ${State.Health?.Status ?? State.Status}. The end of its log:\n${log}`;
}
