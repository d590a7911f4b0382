import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchFailure } from '../launch-failure.js';
import type { Service } from '../process-table.js';

/** What the door needs to know. Paths are absolute. */
export interface DoorPlan {
  /** The project's `nginx/door`: the templates. */
  readonly templatesDir: string;
  /** Where the finished configuration is written to, and where nginx finds it: they differ when a volume carries it. */
  readonly outputDir: string;
  readonly confDir: string;
  /** Where nginx finds what is known only beside it: `servers/<service>.conf` and `http2.conf`. */
  readonly liveDir: string;
  /** Where nginx keeps its pid and temporary files. */
  readonly runDir: string;
  /** Folder of the built Angular app. */
  readonly webRoot: string;
  readonly certificate: string;
  readonly privateKey: string;
  /** `127.0.0.1:8080`, `[::1]:8080`, `8080` */
  readonly listenHttp: readonly string[];
  readonly listenHttps: readonly string[];
  /** Ports as browsers see them; they differ from the ones listened on where a container's are mapped. */
  readonly publicHttpPort: number;
  /** Exact origins under which the pages are known. */
  readonly origins: readonly string[];
  /** Hosts of the servers that help calls: names, IPv4 addresses, IPv6 addresses in brackets. */
  readonly relayHosts: readonly string[];
  /** Addresses or CIDR ranges of proxies in front, whose X-Forwarded-For and -Proto are believed. */
  readonly trustedProxies: readonly string[];
  /** Whom nginx's workers run as when its master is root. */
  readonly workerUser?: string;
  readonly logLevel: string;
}

/** Writes nginx's configuration; `nginx -c <confDir>/nginx.conf` runs it, once `runDir` and what `writeLive` writes are there. */
export function renderDoor(plan: DoorPlan): void {
  mkdirSync(plan.outputDir, { recursive: true });
  const values = doorValues(plan);
  for (const name of readdirSync(plan.templatesDir)) {
    const template = readFileSync(join(plan.templatesDir, name), 'utf8');
    writeFileSync(join(plan.outputDir, name), fillIn(template, values));
  }
}

/** One replica's line in `servers/<service>.conf`. */
export function serverLine(host: string, port: number): string {
  return `server ${host}:${port} max_fails=1 fail_timeout=1s;`;
}

/** Writes who answers for each service, and whether this nginx speaks HTTP/2 by a directive of its own (1.25.1 and later). */
export function writeLive(
  liveDir: string,
  servers: Readonly<Record<Service, readonly string[]>>,
  nginx: readonly number[],
): void {
  mkdirSync(join(liveDir, 'servers'), { recursive: true });
  for (const [service, lines] of Object.entries(servers)) {
    writeFileSync(join(liveDir, 'servers', `${service}.conf`), `${lines.join('\n')}\n`);
  }
  writeFileSync(join(liveDir, 'http2.conf'), isAtLeast(nginx, [1, 25, 1]) ? 'http2 on;\n' : '');
}

/** Replaces each `${NAME}`; nginx's own variables have no braces. @throws Error for a name without a value */
export function fillIn(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\$\{([A-Z_0-9]+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template names ${name}, which has no value`);
    return value;
  });
}

function doorValues(plan: DoorPlan): Record<string, string> {
  const hosts = [...new Set(plan.origins.map((origin) => new URL(origin).host))];
  const proxies = plan.trustedProxies.map(checkedAddress);
  const paths = {
    CONF_DIR: plan.confDir,
    LIVE_DIR: plan.liveDir,
    RUN_DIR: plan.runDir,
    WEB_ROOT: plan.webRoot,
    TLS_CERTIFICATE: plan.certificate,
    TLS_PRIVATE_KEY: plan.privateKey,
  };
  return {
    ...mapValues(paths, quotable),
    USER: plan.workerUser === undefined ? '' : `user ${plan.workerUser};`,
    LOG_LEVEL: plan.logLevel,
    LISTEN_HTTP: lines(
      plan.listenHttp.map((at) => `listen ${at};`),
      8,
    ),
    LISTEN_HTTPS: lines(
      plan.listenHttps.map((at) => `listen ${at} ssl;`),
      8,
    ),
    KNOWN_HOSTS: lines(
      hosts.map((host) => `"${host}" 1;`),
      4,
    ),
    HTTPS_HOMES: lines(httpsHomes(plan), 4),
    RELAY_HOSTS: JSON.stringify(plan.relayHosts.map(checkedHost)),
    TRUSTED_PROXIES: lines(
      proxies.map((address) => `${address} 1;`),
      4,
    ),
    REAL_ADDRESS: lines(
      [
        ...proxies.map((address) => `set_real_ip_from ${address};`),
        ...(proxies.length > 0 ? ['real_ip_header X-Forwarded-For;'] : []),
      ],
      4,
    ),
  };
}

/** Hosts that have an https origin and no http origin, as they are written on the http port. */
function httpsHomes(plan: DoorPlan): string[] {
  const urls = plan.origins.map((origin) => new URL(origin));
  const plain = new Set(urls.filter((url) => url.protocol === 'http:').map((url) => url.hostname));
  return urls
    .filter((url) => url.protocol === 'https:' && !plain.has(url.hostname))
    .map(
      (url) => `"http:${url.hostname}${plan.publicHttpPort === 80 ? '' : `:${plan.publicHttpPort}`}" ${url.origin};`,
    );
}

/** A path between double quotes in nginx's configuration: no character in it may end the string or name a variable. */
function quotable(path: string): string {
  if (/["\\$\n]/.test(path))
    throw new LaunchFailure(`nginx cannot be given the path ${path}: use a folder without ", \\ and $ in its name.`);
  return path;
}

function checkedAddress(text: string): string {
  if (!/^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(text)) throw new Error(`${text} is not an address`);
  return text;
}

function checkedHost(text: string): string {
  if (!/^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])$/.test(text)) throw new Error(`${text} is not a host`);
  return text;
}

function isAtLeast(version: readonly number[], wanted: readonly number[]): boolean {
  const different = wanted.findIndex((part, index) => (version[index] ?? 0) !== part);
  return different === -1 || (version[different] ?? 0) > (wanted[different] ?? 0);
}

function lines(entries: readonly string[], indent: number): string {
  return entries.map((entry) => ' '.repeat(indent) + entry).join('\n');
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
