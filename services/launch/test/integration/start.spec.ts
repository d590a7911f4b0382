import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { answersOk, waitUntil } from '../../src/health.js';
import { reservePorts, type PortBlock } from '../../src/stack/port-block.js';

const REPOSITORY = resolve(__dirname, '../../../..');
const START = join(REPOSITORY, 'services/launch/start.mjs');
const FIRST_START_MS = 240_000;
const SECOND_START_MS = 20_000;
/** Redis, seven replicas, nginx. */
const PROCESSES = 9;

jest.setTimeout(120_000);

/** One `npm start`, less npm. */
class Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  written = '';

  constructor(environment: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, [START], {
      cwd: REPOSITORY,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (this.written += text));
    this.ended = new Promise((done) => this.child.once('exit', done));
  }

  async untilRunning(withinMs: number): Promise<void> {
    const shown = async (): Promise<boolean> => this.written.includes('Ctrl-C') || this.child.exitCode !== null;
    await waitUntil(shown, withinMs);
    if (!this.written.includes('SecureConnect is running')) throw new Error(`it did not start:\n${this.written}`);
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('npm start', () => {
  let dataDir: string;
  let ports: PortBlock;
  let environment: Record<string, string>;
  let running: Started | undefined;

  /** Process id of the first gateway, or undefined while PM2 starts it again. (PM2 puts a number of its own into the file's name.) */
  const gatewayPid = (): number | undefined => {
    const folder = join(dataDir, 'pm2/pids');
    const [file] = readdirSync(folder)
      .filter((name) => name.startsWith('messaging-gateway-'))
      .sort();
    return file === undefined ? undefined : Number(readFileSync(join(folder, file), 'utf8'));
  };
  const allPids = (): number[] =>
    readdirSync(join(dataDir, 'pm2/pids')).map((file) => Number(readFileSync(join(dataDir, 'pm2/pids', file), 'utf8')));
  const start = async (withinMs: number): Promise<Started> => {
    running = new Started(environment);
    await running.untilRunning(withinMs);
    return running;
  };
  /** A start that is refused: its exit code and its last line. */
  const refused = async (further: Record<string, string>): Promise<{ code: number | null; sentence: string }> => {
    const started = new Started({ ...environment, ...further });
    const code = await started.ended;
    return { code, sentence: started.written.trim().split('\n').at(-1)! };
  };

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'sc-start-'));
    ports = await reservePorts();
    environment = {
      SECURECONNECT_DATA: dataDir,
      SECURECONNECT_HTTP_PORT: String(ports.ports[0]),
      SECURECONNECT_HTTPS_PORT: String(ports.ports[1]),
      SECURECONNECT_BASE_PORT: String(ports.ports[2]),
    };
  });
  afterAll(async () => {
    running?.child.kill('SIGINT');
    await running?.ended;
    ports.release();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(
    'shows its steps, then the addresses, which answer, and the token of the first operator',
    async () => {
      const { written } = await start(FIRST_START_MS);
      for (const step of [
        'Packages',
        'Redis and nginx',
        'Build',
        'Data folder',
        'Ports',
        'Secrets and TLS',
        'Services',
      ])
        expect(written).toMatch(new RegExp(`^${step} +.+ \\(\\d+\\.\\d s\\)$`, 'm'));
      expect(written).toContain('2 messaging gateways and 2 signaling replicas');
      expect(written).toContain(`http://localhost:${ports.ports[0]}`);
      expect(written).toContain(readFileSync(join(dataDir, 'secrets/admin-bootstrap.token'), 'utf8'));
      expect(await answersOk(`http://localhost:${ports.ports[0]}/`)).toBe(true);
      expect(
        await answersOk(
          `https://localhost:${ports.ports[1]}/`,
          readFileSync(join(dataDir, 'tls/certificate.pem'), 'utf8'),
        ),
      ).toBe(true);
    },
    FIRST_START_MS,
  );

  it('starts a replica again that was killed', async () => {
    const before = gatewayPid();
    process.kill(before!, 'SIGKILL');
    const isBack = async (): Promise<boolean> => {
      const pids = allPids();
      return pids.length === PROCESSES && !pids.includes(before!) && pids.every(isAlive);
    };
    expect(await waitUntil(isBack, 10_000)).toBe(true);
  });

  it('opens the door again when nginx was killed, though its workers live on', async () => {
    const pidFile = join(dataDir, 'nginx/run/nginx.pid');
    const before = readFileSync(pidFile, 'utf8');
    process.kill(Number(before), 'SIGKILL');
    const isOpen = async (): Promise<boolean> =>
      readFileSync(pidFile, 'utf8') !== before &&
      allPids().length === PROCESSES &&
      (await answersOk(`http://localhost:${ports.ports[0]}/healthz`));
    expect(await waitUntil(isOpen, 20_000)).toBe(true);
  });

  it('refuses to run twice on one data folder', async () => {
    const { code, sentence } = await refused({});
    expect(code).toBe(1);
    expect(sentence).toMatch(
      /^SecureConnect already runs on the data folder .+ \(process \d+\): stop it first, or set SECURECONNECT_DATA to another folder\.$/,
    );
    expect(await answersOk(`http://localhost:${ports.ports[0]}/healthz`)).toBe(true);
  });

  it('names the program that has its port, and the setting', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'sc-start-'));
    const { code, sentence } = await refused({ SECURECONNECT_DATA: elsewhere });
    expect(code).toBe(1);
    expect(sentence).toMatch(
      new RegExp(
        `^Port ${ports.ports[0]} is in use( by nginx \\(process \\d+\\))?: stop that program, or set SECURECONNECT_HTTP_PORT to another port\\.$`,
      ),
    );
    expect(readdirSync(elsewhere)).toEqual([]);
    rmSync(elsewhere, { recursive: true });
  });

  it('ends everything on Ctrl-C, and leaves no process behind', async () => {
    const pids = allPids();
    expect(pids).toHaveLength(PROCESSES);
    running!.child.kill('SIGINT');
    expect(await running!.ended).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await answersOk(`http://localhost:${ports.ports[0]}/healthz`)).toBe(false);
  });

  it('starts a second time in less than 20 seconds, with the secrets it had', async () => {
    const secret = readFileSync(join(dataDir, 'secrets/pepper.key'), 'utf8');
    const { written } = await start(SECOND_START_MS);
    expect(written).toMatch(/^Build +up to date/m);
    expect(readFileSync(join(dataDir, 'secrets/pepper.key'), 'utf8')).toBe(secret);
  });

  it('ends everything when it is killed itself', async () => {
    const pids = allPids();
    running!.child.kill('SIGKILL');
    expect(await waitUntil(async () => !pids.some(isAlive), 20_000)).toBe(true);
  });

  it('says which service ends again and again, and why: a store of a newer version', async () => {
    const store = new DatabaseSync(join(dataDir, 'stores/credits.sqlite'));
    store.exec("INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Tomorrow9999999999999')");
    const { code, sentence } = await refused({});
    store.exec("DELETE FROM migrations WHERE name = 'Tomorrow9999999999999'");
    store.close();
    expect(code).toBe(1);
    expect(sentence).toMatch(/^credits-1 ends again and again: see .+credits-1\.log\. Its last line: .*newer version/);
  });

  it('refuses a data folder that cannot be written to', async () => {
    const belowFile = join(dataDir, 'secrets/pepper.key/data');
    for (const folder of [belowFile, '/proc/nowhere/data']) {
      const { code, sentence } = await refused({ SECURECONNECT_DATA: folder });
      expect(code).toBe(1);
      expect(sentence).toBe(
        `The data folder ${folder} cannot be written to: give it to the user who starts SecureConnect, or set SECURECONNECT_DATA to another folder.`,
      );
    }
  });

  it('refuses a data folder whose path is too long for sockets', async () => {
    const { code, sentence } = await refused({ SECURECONNECT_DATA: join(dataDir, 'x'.repeat(100)) });
    expect([code, sentence]).toEqual([1, expect.stringContaining('is too long for sockets')]);
  });

  it('refuses when a loopback port that it needs is taken', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    const { code, sentence } = await refused({ SECURECONNECT_BASE_PORT: String(port) });
    taken.close();
    expect(code).toBe(1);
    expect(sentence).toMatch(
      new RegExp(`^Port ${port} is in use.*: stop that program, or set SECURECONNECT_BASE_PORT to another port\\.$`),
    );
  });
});
