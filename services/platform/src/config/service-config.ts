import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Secret } from './secret.js';
import { StartFailure } from './start-failure.js';

export const SERVICE_NAMES = ['auth', 'messaging-gateway', 'signaling', 'credits', 'admin'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

const port = z.coerce.number().int().min(0).max(65_535);
const origin = z.url({ protocol: /^https?$/ }).transform((text) => new URL(text).origin);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
);
/** Internal ports of a service's replicas, separated by commas; any of them answers. */
const replicas = list.pipe(z.array(z.url({ protocol: /^http$/ })).min(1));

/** The environment every service reads; anything else in the environment is ignored. */
const Environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port,
  INTERNAL_PORT: port,
  STORE_FILE: z.string().min(1),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  PUBLIC_ORIGINS: list.pipe(z.array(origin).min(1)),
  SECRETS_DIR: z.string().min(1),
  REPLICA_ID: z.string().regex(/^[a-z0-9-]{1,100}$/),
  AUTH_INTERNAL_URL: replicas.optional(),
  CREDITS_INTERNAL_URL: replicas.optional(),
  MESSAGING_INTERNAL_URL: replicas.optional(),
  SIGNALING_INTERNAL_URL: replicas.optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  TRUST_PROXY: list.default(['loopback', 'uniquelocal']),
  THROTTLE_SCALE: z.coerce.number().min(0.001).max(1_000_000).default(1),
});

/** Services that others call on an internal port. */
export type Peer = 'auth' | 'credits' | 'messaging' | 'signaling';

/** What a service runs with. `env` holds the variables that the service itself declares. */
export class ServiceConfig<Env = unknown> {
  constructor(
    readonly name: ServiceName,
    readonly host: string,
    /** Port behind nginx; 0 takes a free one. */
    readonly port: number,
    /** Port of the other services, health and metrics. */
    readonly internalPort: number,
    readonly storeFile: string,
    readonly redisUrl: string,
    readonly publicOrigins: ReadonlySet<string>,
    readonly secretsDir: string,
    readonly replicaId: string,
    /** Internal ports of the replicas of each service that is asked, one at least. */
    readonly peers: Readonly<Partial<Record<Peer, readonly string[]>>>,
    readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent',
    /** Proxies whose X-Forwarded-* headers are believed (proxy-addr names or addresses). */
    readonly trustProxy: readonly string[],
    /** Every rate limit is multiplied by this. */
    readonly throttleScale: number,
    readonly env: Env,
  ) {}

  /** Reads a file of SECRETS_DIR, without the white space around it. @throws StartFailure when it cannot be read or is empty. */
  secret(file: string): Secret {
    const path = join(this.secretsDir, file);
    let text: string;
    try {
      text = readFileSync(path, 'utf8').trim();
    } catch {
      throw new StartFailure(`The secret file ${path} cannot be read; create the secrets first (npm start does).`);
    }
    if (text === '')
      throw new StartFailure(`The secret file ${path} is empty; remove it and create the secrets again.`);
    return new Secret(text);
  }

  /** Reads a `*.key` file: base64url of exactly `sizeBytes` random bytes. @throws StartFailure for anything else. */
  secretKey(file: string, sizeBytes = 32): Secret {
    const secret = this.secret(file);
    if (secret.revealBytes().byteLength !== sizeBytes) {
      throw new StartFailure(
        `The secret file ${join(this.secretsDir, file)} does not hold ${String(sizeBytes)} bytes of base64url.`,
      );
    }
    return secret;
  }
}

/** Parses the environment of a service, with the variables it declares itself. @throws StartFailure naming the wrong variables. */
export function readServiceConfig<Env extends z.ZodRawShape>(
  name: ServiceName,
  variables: NodeJS.ProcessEnv,
  extra: z.ZodObject<Env>,
): ServiceConfig<z.infer<z.ZodObject<Env>>> {
  // An empty variable counts as an absent one: compose files write `NAME: ${NAME:-}`.
  const present = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const common = Environment.safeParse(present);
  const own = extra.safeParse(present);
  if (!common.success || !own.success) {
    const issues = [...(common.error?.issues ?? []), ...(own.error?.issues ?? [])];
    const names = [...new Set(issues.map((issue) => String(issue.path[0])))];
    throw new StartFailure(
      `The service ${name} cannot start: ${names.join(', ')} missing or malformed in the environment.`,
    );
  }
  const env = common.data;
  const peers = Object.fromEntries(
    Object.entries({
      auth: env.AUTH_INTERNAL_URL,
      credits: env.CREDITS_INTERNAL_URL,
      messaging: env.MESSAGING_INTERNAL_URL,
      signaling: env.SIGNALING_INTERNAL_URL,
    }).filter((entry): entry is [string, string[]] => entry[1] !== undefined),
  );
  return new ServiceConfig(
    name,
    env.HOST,
    env.PORT,
    env.INTERNAL_PORT,
    env.STORE_FILE,
    env.REDIS_URL,
    new Set(env.PUBLIC_ORIGINS),
    env.SECRETS_DIR,
    env.REPLICA_ID,
    peers,
    env.LOG_LEVEL,
    env.TRUST_PROXY,
    env.THROTTLE_SCALE,
    own.data,
  );
}
