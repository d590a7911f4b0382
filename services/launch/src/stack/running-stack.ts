import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { answersOk, isReady, waitUntil } from '../health.js';
import { LaunchFailure } from '../launch-failure.js';
import { guardOrphans } from '../orphan-guard.js';
import { NGINX, REDIS, type PreparedStack, type Program } from '../prepare-stack.js';
import type { Replica, Service } from '../process-table.js';
import { readBootstrapToken, readServiceToken, type Caller } from '../secrets.js';
import { Supervised } from './supervised.js';

/** Variables of the own environment that the processes need; nothing else is handed on. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'];
const LOG_LINES_SHOWN = 20;

/** Further environment variables: by a service's name, a replica's name, or for `all`. */
export type FurtherVariables = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One running replica of a service, by its addresses. */
export interface StackReplica {
  readonly name: string;
  readonly service: Service;
  /** `http://127.0.0.1:<port>`: what nginx would forward to. */
  readonly url: string;
  /** `http://127.0.0.1:<port>`: service tokens, health, metrics. */
  readonly internalUrl: string;
  readonly storeFile: string;
  readonly logFile: string;
  /** Process id, or undefined while it does not run. */
  readonly pid: number | undefined;
}

/** nginx in front of the stack. */
export interface StackDoor {
  readonly httpUrl: string;
  readonly httpsUrl: string;
  /** The self-signed certificate of the https door, PEM: what a client has to trust. */
  readonly certificate: string;
}

/** A whole stack of real processes on free ports, and the handles to hurt it. Names: `messaging-gateway-2`, `redis`, `nginx`. */
export interface Stack {
  readonly dataDir: string;
  readonly secretsDir: string;
  readonly redisUrl: string;
  /** An admitted origin: the http door's, whether or not nginx runs. */
  readonly origin: string;
  readonly replicas: readonly StackReplica[];
  readonly door: StackDoor | undefined;
  /** One replica, counted from 1. @throws Error when there is none */
  replica(service: Service, number?: number): StackReplica;
  /** Signals a process and waits until it has ended; it stays away until `start`. Default SIGKILL. */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** Starts what was killed and waits until it is ready. */
  start(name: string): Promise<void>;
  /** Drains (SIGTERM), starts and waits until it is ready. */
  restart(name: string): Promise<void>;
  /** A signal that does not end the process (SIGSTOP, SIGCONT). */
  signal(name: string, signal: NodeJS.Signals): void;
  stopRedis(): Promise<void>;
  /** The same port and password, and empty. */
  startRedis(): Promise<void>;
  /** Path of what the process wrote to its standard output and error. */
  logs(name: string): string;
  /** The header value `Service <caller>:<token>` for a call to an internal port. */
  serviceAuthorization(caller: Caller): string;
  /** The token that makes the first operator. */
  bootstrapToken(): string;
  /** Drains and ends everything, and removes the data folder when the stack made it. */
  stop(): Promise<void>;
}

/** What a running stack needs to know besides its programs. */
export interface RunningStackPlan {
  readonly env: FurtherVariables;
  readonly readyWithinMs: number;
  readonly dataDir: string;
  /** Addresses of the door, whether or not nginx runs. */
  readonly httpUrl: string;
  readonly httpsUrl: string;
  readonly cleanUp: () => void;
}

/** What {@link Stack} promises, over {@link Supervised} processes. */
export class RunningStack implements Stack {
  readonly dataDir: string;
  readonly origin: string;
  readonly door: StackDoor | undefined;
  readonly secretsDir: string;
  readonly redisUrl: string;
  readonly replicas: readonly StackReplica[];
  readonly #prepared: PreparedStack;
  readonly #processes: ReadonlyMap<string, Supervised>;
  readonly #guard = guardOrphans();

  constructor(
    prepared: PreparedStack,
    private readonly plan: RunningStackPlan,
  ) {
    this.dataDir = plan.dataDir;
    this.origin = plan.httpUrl;
    this.door =
      prepared.certificateFile === undefined
        ? undefined
        : {
            httpUrl: plan.httpUrl,
            httpsUrl: plan.httpsUrl,
            certificate: readFileSync(prepared.certificateFile, 'utf8'),
          };
    this.#prepared = prepared;
    this.secretsDir = prepared.secretsDir;
    this.redisUrl = prepared.redisUrl;
    const inherited = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
    const supervise = (program: Program): [string, Supervised] => {
      const environment = { ...program.environment, ...furtherVariables(program.name, plan.env) };
      return [program.name, new Supervised({ ...program, environment }, this.#guard, inherited)];
    };
    this.#processes = new Map(prepared.programs.map(supervise));
    this.replicas = prepared.table.replicas.map((replica) => this.#describe(replica));
  }

  replica(service: Service, number = 1): StackReplica {
    const found = this.replicas.filter((replica) => replica.service === service)[number - 1];
    if (found === undefined) throw new Error(`the stack has no replica ${number} of ${service}`);
    return found;
  }

  async startAll(): Promise<void> {
    await this.start(REDIS);
    await Promise.all([...this.#processes.keys()].filter((name) => name !== REDIS).map((name) => this.start(name)));
  }

  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#process(name).kill(signal);
  }

  async start(name: string): Promise<void> {
    const process = this.#process(name);
    process.start();
    const ready = await waitUntil(
      async () => process.pid === undefined || (await this.#isUp(name)),
      this.plan.readyWithinMs,
    );
    if (ready && process.pid !== undefined) return;
    const log = readFileSync(process.program.logFile, 'utf8').trim().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
    throw new LaunchFailure(
      `${name} ${process.pid === undefined ? 'ended' : 'did not get ready in time'}. The end of its log:\n${log}`,
    );
  }

  async restart(name: string): Promise<void> {
    await this.#process(name).stop();
    await this.start(name);
  }

  signal(name: string, signal: NodeJS.Signals): void {
    this.#process(name).signal(signal);
  }

  stopRedis(): Promise<void> {
    return this.kill(REDIS);
  }

  startRedis(): Promise<void> {
    return this.start(REDIS);
  }

  logs(name: string): string {
    return this.#process(name).program.logFile;
  }

  serviceAuthorization(caller: Caller): string {
    return `Service ${caller}:${readServiceToken(this.secretsDir, caller)}`;
  }

  bootstrapToken(): string {
    return readBootstrapToken(this.secretsDir);
  }

  async stop(): Promise<void> {
    await this.#processes.get(NGINX)?.stop();
    await Promise.all(this.replicas.map(({ name }) => this.#process(name).stop()));
    await this.#process(REDIS).stop();
    this.#guard.close();
    this.plan.cleanUp();
  }

  #describe(replica: Replica): StackReplica {
    const process = this.#process(replica.name);
    return {
      name: replica.name,
      service: replica.service,
      url: `http://127.0.0.1:${replica.port}`,
      internalUrl: `http://127.0.0.1:${replica.internalPort}`,
      storeFile: replica.storeFile,
      logFile: process.program.logFile,
      get pid() {
        return process.pid;
      },
    };
  }

  #process(name: string): Supervised {
    const process = this.#processes.get(name);
    if (process === undefined)
      throw new Error(`the stack has no process ${name}; it has ${[...this.#processes.keys()].join(', ')}`);
    return process;
  }

  #isUp(name: string): Promise<boolean> {
    const replica = this.#prepared.table.replicas.find((candidate) => candidate.name === name);
    if (replica) return isReady(replica);
    if (name === NGINX) return answersOk(`${this.door!.httpsUrl}/healthz`, this.door!.certificate);
    return accepts(this.#prepared.table.redisPort);
  }
}

function furtherVariables(name: string, env: FurtherVariables): Record<string, string> {
  return { ...env.all, ...env[name.replace(/-\d+$/, '')], ...env[name] };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
