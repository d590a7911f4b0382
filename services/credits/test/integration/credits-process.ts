import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const REPOSITORY = join(__dirname, '..', '..', '..', '..');
const READY_WITHIN_MS = 20_000;

/** Compiles what the process runs, so that it is the code under test and not an older one. */
export function buildCredits(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'services/credits'], { cwd: REPOSITORY });
}

/** The credits service as a process of its own, which can be killed. */
export class CreditsProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly internalUrl: string,
  ) {}

  static async start(environment: Record<string, string>): Promise<CreditsProcess> {
    const child = spawn(process.execPath, [join(REPOSITORY, 'services', 'credits', 'dist', 'main.js')], {
      env: { ...environment, LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<number>((resolve, reject) => {
      const overdue = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error('credits did not start'));
      }, READY_WITHIN_MS);
      child.once('exit', (code) => {
        clearTimeout(overdue);
        reject(new Error(`credits ended with ${String(code)}`));
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        const { event, internalPort } = JSON.parse(line) as { event: string; internalPort?: number };
        if (event !== 'service.started' || internalPort === undefined) return;
        clearTimeout(overdue);
        resolve(internalPort);
      });
    });
    return new CreditsProcess(child, `http://127.0.0.1:${String(port)}`);
  }

  /** Ends it as a power cut would end the process: at once, in the middle of whatever it does. */
  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }

  /** @returns its exit code */
  async end(): Promise<number | null> {
    const gone = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    return gone;
  }
}
