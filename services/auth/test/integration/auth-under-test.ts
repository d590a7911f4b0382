import { startService, type RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { RedisServer } from '@secureconnect/platform/testing/redis-server';
import { serviceEnvironment, TEST_ORIGIN } from '@secureconnect/platform/testing/service-environment';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import { TestSecrets } from '@secureconnect/platform/testing/test-secrets';
import { authService } from '../../src/auth-definition.js';
import type { Person } from '../person.js';

export interface Answer {
  status: number;
  // Answers are compared whole with toMatchObject; their shape is the schemas' business.
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
  setCookies: string[];
}

/** The auth service on its own Redis and store, and browsers that keep its cookies. */
export class AuthUnderTest {
  readonly folder = temporaryFolder();
  readonly secrets = new TestSecrets();
  redis!: RedisServer;
  service!: RunningService;

  static async start(extra: Record<string, string> = {}): Promise<AuthUnderTest> {
    const under = new AuthUnderTest();
    under.redis = await RedisServer.start();
    await under.restart(extra);
    return under;
  }

  get storeFile(): string {
    return this.folder.file('auth.db');
  }

  async restart(extra: Record<string, string> = {}): Promise<void> {
    if ((this.service as RunningService | undefined) !== undefined) await this.service.stop();
    this.service = await startService(
      authService,
      serviceEnvironment({
        storeFile: this.storeFile,
        redisUrl: this.redis.url,
        secrets: this.secrets,
        replicaId: 'auth-1',
        extra,
      }),
    );
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.redis.stop();
    this.secrets.remove();
    this.folder.remove();
  }

  browser(): Browser {
    return new Browser(this);
  }

  async internal(
    path: string,
    body: unknown,
    caller: Parameters<TestSecrets['authorization']>[0] = 'admin',
  ): Promise<Answer> {
    const response = await fetch(this.service.internalUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: this.secrets.authorization(caller) },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json(), setCookies: [] };
  }
}

/** A browser: keeps cookies, sends the origin. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(private readonly under: AuthUnderTest) {}

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.under.service.publicUrl}/api/auth/${path}`, {
      method,
      headers: {
        origin: TEST_ORIGIN,
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const setCookies = response.headers.getSetCookie();
    for (const cookie of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text), setCookies };
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.ask('POST', path, body ?? {});
  }

  get(path: string): Promise<Answer> {
    return this.ask('GET', path);
  }

  /** Registers, and keeps the cookies. */
  async register(person: Person): Promise<Answer> {
    return this.post('register', await person.registration());
  }

  login(person: Pick<Person, 'username' | 'authSecret'>): Promise<Answer> {
    return this.post('login', { username: person.username, authSecret: person.authSecret });
  }
}
