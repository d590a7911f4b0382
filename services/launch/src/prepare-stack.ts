import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepCertificate } from './certificate/keep-certificate.js';
import { pickWorkerUser } from './door/worker-user.js';
import { renderDoor, serverLine, writeLive } from './door/render-door.js';
import { LaunchFailure } from './launch-failure.js';
import { configureRedis } from './private-redis.js';
import {
  planProcesses,
  replicasOf,
  SERVICES,
  type ProcessTable,
  type ReplicaCounts,
  type Service,
} from './process-table.js';
import { findNode24, nginxVersion, requireProgram } from './programs.js';
import { type RelayPlace, relayUrls, renderRelayConfig } from './relay/relay-config.js';
import { replicaEnvironment } from './replica-environment.js';
import { makeSecrets, readRedisPassword, readTurnSecret } from './secrets.js';

/** What a whole stack on one machine is made from. */
export interface StackSettings {
  readonly repository: string;
  readonly dataDir: string;
  readonly counts: ReplicaCounts;
  /** Free ports on the loopback, as many as `portsNeeded(counts)`. */
  readonly ports: readonly number[];
  /** A relay for calls, by coturn. */
  readonly relay?: RelayPlace | undefined;
  /** An existing Redis; without it a private one is part of the stack. */
  readonly redisUrl?: string | undefined;
  readonly origins: readonly string[];
  readonly logLevel: string;
  readonly door?: DoorSettings | undefined;
}

export interface DoorSettings {
  readonly webRoot: string;
  readonly httpPort: number;
  readonly listenHttp: readonly string[];
  readonly listenHttps: readonly string[];
  /** Names and addresses for a self-signed certificate, or the files of another. */
  readonly certificate: readonly string[] | { readonly certificate: string; readonly privateKey: string };
  /** On which hosts the servers stand that help calls. */
  readonly relayHosts: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly logLevel: string;
}

/** One process of the stack, ready to be run by PM2 or by a test. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Where it writes its process id, when it has workers that outlive it if it is killed. */
  readonly pidFile?: string;
}

export interface PreparedStack {
  readonly table: ProcessTable;
  /** Redis (unless it is another's), the services, the relay and nginx (when they are wanted), in this order. */
  readonly programs: readonly Program[];
  readonly redisUrl: string;
  readonly secretsDir: string;
  /** PEM file that a caller of the https door has to trust. */
  readonly certificateFile?: string;
  /** Set when nginx's workers have to run as root to reach their files. */
  readonly doorRunsAsRoot?: boolean;
}

export const REDIS = 'redis';
export const NGINX = 'nginx';
export const RELAY = 'relay';

/** Makes what is missing in the data folder and says what is to be run. Doing it again changes nothing. */
export function prepareStack(settings: StackSettings): PreparedStack {
  const folder = (name: string): string => join(settings.dataDir, name);
  const logFile = (name: string): string => join(folder('logs'), `${name}.log`);
  mkdirSync(settings.dataDir, { recursive: true, mode: 0o711 });
  for (const name of ['stores', 'logs']) mkdirSync(folder(name), { recursive: true, mode: 0o700 });
  makeSecrets(folder('secrets'));
  const table = planProcesses(settings.repository, folder('stores'), settings.counts, settings.ports);
  const redis =
    settings.redisUrl === undefined
      ? prepareRedis(folder('redis'), table.redisPort, folder('secrets'), logFile)
      : undefined;
  const redisUrl = settings.redisUrl ?? redis!.url;
  const door = settings.door && prepareDoor(settings, settings.door, table, logFile);
  const common = {
    redisUrl,
    secretsDir: folder('secrets'),
    publicOrigins: settings.origins,
    logLevel: settings.logLevel,
    relay: settings.relay && relayUrls(settings.relay),
  };
  const relay = settings.relay && prepareRelay(folder(RELAY), settings.relay, folder('secrets'), logFile(RELAY));
  const services = table.replicas.map((replica) => ({
    name: replica.name,
    command: findNode24(settings.repository),
    args: [...nodeFlags(replica.service), replica.script],
    environment: replicaEnvironment(replica, table, common),
    logFile: logFile(replica.name),
  }));
  return {
    table,
    redisUrl,
    secretsDir: folder('secrets'),
    programs: [
      ...(redis ? [redis.program] : []),
      ...services,
      ...(relay ? [relay] : []),
      ...(door ? [door.program] : []),
    ],
    ...(door && { certificateFile: door.certificateFile, doorRunsAsRoot: door.runsAsRoot }),
  };
}

/**
 * Flags of Node itself; `services/Dockerfile` has the same. Messages are buffers outside of V8's heap, which live for milliseconds and are
 * freed with the young generation: when that is large, they pile up until V8 marks the whole heap, for 30 to 160 ms each time.
 */
function nodeFlags(service: Service): readonly string[] {
  return service === 'messaging-gateway' ? ['--max-semi-space-size=4'] : [];
}

/** Folder of the built Angular app. @throws LaunchFailure when it was not built */
export function findWebRoot(repository: string): string {
  const root = join(repository, 'web', 'dist');
  if (!existsSync(join(root, 'index.html'))) throw new LaunchFailure('The web app is not built: run npm run build.');
  return root;
}

function prepareRedis(dir: string, port: number, secretsDir: string, logFile: (name: string) => string) {
  const { configFile, url } = configureRedis(dir, port, readRedisPassword(secretsDir));
  const command = requireProgram('redis-server', 'redis-server');
  const program: Program = { name: REDIS, command, args: [configFile], environment: {}, logFile: logFile(REDIS) };
  return { url, program };
}

function prepareRelay(dir: string, place: RelayPlace, secretsDir: string, logFile: string): Program {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const configFile = join(dir, 'turnserver.conf');
  writeFileSync(configFile, renderRelayConfig(place, readTurnSecret(secretsDir)), { mode: 0o600 });
  const command = requireProgram('turnserver', 'coturn');
  return { name: RELAY, command, args: ['-c', configFile], environment: {}, logFile };
}

function prepareDoor(
  settings: StackSettings,
  door: DoorSettings,
  table: ProcessTable,
  logFile: (name: string) => string,
) {
  const dir = join(settings.dataDir, NGINX);
  const command = requireProgram('nginx', 'nginx');
  const version = nginxVersion(command);
  const files =
    'certificate' in door.certificate
      ? door.certificate
      : keepCertificate(join(settings.dataDir, 'tls'), door.certificate, new Date());
  const worker = pickWorkerUser([join(door.webRoot, 'index.html')], dir);
  mkdirSync(join(dir, 'run'), { recursive: true });
  writeLive(join(dir, 'live'), serversOf(table), version);
  renderDoor({
    templatesDir: join(settings.repository, 'nginx', 'door'),
    outputDir: join(dir, 'conf'),
    confDir: join(dir, 'conf'),
    liveDir: join(dir, 'live'),
    runDir: join(dir, 'run'),
    webRoot: door.webRoot,
    ...files,
    listenHttp: door.listenHttp,
    listenHttps: door.listenHttps,
    publicHttpPort: door.httpPort,
    origins: settings.origins,
    relayHosts: door.relayHosts,
    trustedProxies: door.trustedProxies,
    ...(worker && { workerUser: worker.name }),
    logLevel: door.logLevel,
  });
  // -e (1.19.5 and later): before it has read its configuration, nginx would try the system's log file.
  const early = (version[0] ?? 0) > 1 || (version[1] ?? 0) >= 20 ? ['-e', 'stderr'] : [];
  const args = [...early, '-p', dir, '-c', join(dir, 'conf', 'nginx.conf')];
  const pidFile = join(dir, 'run', 'nginx.pid');
  const program: Program = { name: NGINX, command, args, environment: {}, logFile: logFile(NGINX), pidFile };
  return { program, certificateFile: files.certificate, runsAsRoot: worker?.name === 'root' };
}

function serversOf(table: ProcessTable): Record<Service, string[]> {
  const entries = SERVICES.map((service) => [
    service,
    replicasOf(table, service).map(({ port }) => serverLine('127.0.0.1', port)),
  ]);
  return Object.fromEntries(entries) as Record<Service, string[]>;
}
