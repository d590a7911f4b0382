import { replicasOf, type ProcessTable, type Replica, type Service } from './process-table.js';

/** What every service is told alike. */
export interface CommonEnvironment {
  readonly redisUrl: string;
  readonly secretsDir: string;
  /** Exact origins (`https://chat.example:8443`) of the pages that may call the services. */
  readonly publicOrigins: readonly string[];
  readonly logLevel: string;
  /** Addresses of STUN and of the relay, as signaling tells them; without it, what the operator has set counts. */
  readonly relay?: { readonly stun: string; readonly turn: string } | undefined;
}

const INTERNAL_URLS = {
  AUTH_INTERNAL_URL: 'auth',
  CREDITS_INTERNAL_URL: 'credits',
  MESSAGING_INTERNAL_URL: 'messaging-gateway',
  SIGNALING_INTERNAL_URL: 'signaling',
} as const satisfies Record<string, Service>;

/** The environment of one service's process; `docker-compose.yml` gives the same names to the same ends. */
export function replicaEnvironment(
  replica: Replica,
  table: ProcessTable,
  common: CommonEnvironment,
): Record<string, string> {
  const internalUrls = Object.entries(INTERNAL_URLS).map(([name, service]) => {
    const urls = replicasOf(table, service).map(({ internalPort }) => `http://127.0.0.1:${internalPort}`);
    return [name, urls.join(',')] as const;
  });
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(replica.port),
    INTERNAL_PORT: String(replica.internalPort),
    STORE_FILE: replica.storeFile,
    REDIS_URL: common.redisUrl,
    PUBLIC_ORIGINS: common.publicOrigins.join(','),
    SECRETS_DIR: common.secretsDir,
    REPLICA_ID: replica.name,
    LOG_LEVEL: common.logLevel,
    TRUST_PROXY: 'loopback',
    ...Object.fromEntries(internalUrls),
    ...(replica.service === 'signaling' &&
      common.relay && { STUN_URLS: common.relay.stun, TURN_URLS: common.relay.turn }),
  };
}
