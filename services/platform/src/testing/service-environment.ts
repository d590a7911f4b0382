import type { TestSecrets } from './test-secrets.js';

/** The origin that test clients send; `serviceEnvironment` admits it. */
export const TEST_ORIGIN = 'http://localhost:8080';

/** An environment with which any service starts in a test: free ports, quiet log, limits out of the way. */
export function serviceEnvironment(given: {
  readonly storeFile: string;
  readonly redisUrl: string;
  readonly secrets: TestSecrets;
  readonly replicaId?: string;
  readonly extra?: Readonly<Record<string, string>>;
}): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    INTERNAL_PORT: '0',
    STORE_FILE: given.storeFile,
    REDIS_URL: given.redisUrl,
    PUBLIC_ORIGINS: TEST_ORIGIN,
    SECRETS_DIR: given.secrets.folder,
    REPLICA_ID: given.replicaId ?? 'test-1',
    LOG_LEVEL: 'silent',
    THROTTLE_SCALE: '1000',
    ...given.extra,
  };
}
