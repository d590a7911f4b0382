import { inspect } from 'node:util';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Secret } from '../src/config/secret.js';
import { readServiceConfig } from '../src/config/service-config.js';
import { StartFailure } from '../src/config/start-failure.js';
import { serviceEnvironment } from '../src/testing/service-environment.js';
import { TestSecrets } from '../src/testing/test-secrets.js';

const NONE = z.object({});

describe('the configuration of a service', () => {
  const secrets = new TestSecrets();
  const valid = serviceEnvironment({ storeFile: '/tmp/x.db', redisUrl: 'redis://127.0.0.1:6379', secrets });

  afterAll(() => {
    secrets.remove();
  });

  it('is parsed from the environment, with the service’s own variables', () => {
    const extra = z.object({ BCRYPT_COST: z.coerce.number().default(10) });
    const config = readServiceConfig(
      'auth',
      { ...valid, PUBLIC_ORIGINS: 'https://a.example, http://localhost:8080', BCRYPT_COST: '12' },
      extra,
    );
    expect([...config.publicOrigins]).toEqual(['https://a.example', 'http://localhost:8080']);
    expect(config.env.BCRYPT_COST).toBe(12);
    expect(config.trustProxy).toEqual(['loopback', 'uniquelocal']);
  });

  it.each([
    ['PORT', undefined],
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['STORE_FILE', ''],
    ['REDIS_URL', 'http://127.0.0.1'],
    ['PUBLIC_ORIGINS', ''],
    ['PUBLIC_ORIGINS', 'https://a.example,*'],
    ['PUBLIC_ORIGINS', 'a.example'],
    ['REPLICA_ID', 'has space'],
    ['LOG_LEVEL', 'loud'],
    ['AUTH_INTERNAL_URL', 'auth:4001'],
    ['THROTTLE_SCALE', '0'],
  ])('refuses %s = %p in one sentence that names it', (name, value) => {
    const read = () => readServiceConfig('auth', { ...valid, [name]: value }, NONE);
    expect(read).toThrow(StartFailure);
    expect(read).toThrow(
      new RegExp(`^The service auth cannot start: ${name} missing or malformed in the environment\\.$`),
    );
  });

  it('takes an empty variable for an absent one', () => {
    expect(readServiceConfig('auth', { ...valid, LOG_LEVEL: '', CREDITS_INTERNAL_URL: '' }, NONE)).toMatchObject({
      logLevel: 'info',
      peers: {},
    });
  });

  it('reads secrets, and says which file is missing, empty or of the wrong size', () => {
    const config = readServiceConfig('auth', valid, NONE);
    expect(config.secretKey('pepper.key').revealBytes()).toHaveLength(32);
    expect(() => config.secret('nothing.key')).toThrow(/nothing\.key cannot be read/);
    writeFileSync(join(secrets.folder, 'empty.key'), '\n');
    writeFileSync(join(secrets.folder, 'short.key'), 'AAAA');
    expect(() => config.secret('empty.key')).toThrow(/empty\.key is empty/);
    expect(() => config.secretKey('short.key')).toThrow(/does not hold 32 bytes/);
  });
});

describe('a secret', () => {
  it('shows itself only when asked', () => {
    const secret = new Secret('hunter2');
    expect(secret.reveal()).toBe('hunter2');
    for (const shown of [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }),
      inspect(secret, { showHidden: true }),
      JSON.stringify(Object.entries(secret)),
    ]) {
      expect(shown).not.toContain('hunter2');
    }
    expect(String(secret)).toBe('[secret]');
  });
});
