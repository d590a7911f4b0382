import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UserId } from '@secureconnect/contracts/ids';
import { adminService } from '@secureconnect/admin/service';
import { startService, type RunningService } from '@secureconnect/platform/bootstrap/run-service';
import { RedisServer } from '@secureconnect/platform/testing/redis-server';
import { serviceEnvironment, TEST_ORIGIN } from '@secureconnect/platform/testing/service-environment';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import { TestSecrets } from '@secureconnect/platform/testing/test-secrets';
import { FakePeer } from './fake-peer.js';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

interface Asking {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** What the caller's token claims; nobody but auth can make one. */
  readonly role?: 'user' | 'admin';
}

/** The admin service with a store of its own; auth and credits are played. */
export class AdminWorld {
  readonly folder = temporaryFolder();
  readonly secrets = new TestSecrets();
  readonly storeFile = this.folder.file('admin.sqlite');
  service!: RunningService;

  private constructor(
    readonly redis: RedisServer,
    readonly auth: FakePeer,
    readonly credits: FakePeer,
  ) {}

  static async open(extra: Record<string, string> = {}): Promise<AdminWorld> {
    const world = new AdminWorld(await RedisServer.start(), await FakePeer.start(), await FakePeer.start());
    await world.start(extra);
    return world;
  }

  async start(extra: Record<string, string> = {}): Promise<void> {
    const { storeFile, secrets } = this;
    const urls = { AUTH_INTERNAL_URL: this.auth.url, CREDITS_INTERNAL_URL: this.credits.url };
    const environment = serviceEnvironment({
      storeFile,
      redisUrl: this.redis.url,
      secrets,
      extra: { ...urls, ...extra },
    });
    this.service = await startService(adminService, environment);
  }

  async close(): Promise<void> {
    await this.service.stop();
    for (const peer of [this.auth, this.credits]) await peer.stop();
    await this.redis.stop();
    this.secrets.remove();
    this.folder.remove();
  }

  /** The token that the launcher would have printed. */
  get bootstrapToken(): string {
    return readFileSync(join(this.secrets.folder, 'admin-bootstrap.token'), 'utf8').trim();
  }

  /** A public request of a logged-in user (or of nobody), as our own page sends it. */
  async ask(userId: UserId | null, path: string, asking: Asking = {}): Promise<Answer> {
    const cookie: Record<string, string> =
      userId === null
        ? {}
        : { cookie: `sc-access=${await this.secrets.accessToken({ userId, role: asking.role ?? 'user' })}` };
    const body =
      asking.body === undefined || typeof asking.body === 'string' ? asking.body : JSON.stringify(asking.body);
    const response = await fetch(this.service.publicUrl + path, {
      method: asking.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { origin: TEST_ORIGIN, 'content-type': 'application/json', ...cookie, ...asking.headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  }

  claim(userId: UserId | null, token: unknown, asking: Asking = {}): Promise<Answer> {
    return this.ask(userId, '/api/admin/bootstrap', { body: { token }, ...asking });
  }

  async bootstrapState(caller: Parameters<TestSecrets['authorization']>[0] = 'launch'): Promise<Answer> {
    const response = await fetch(`${this.service.internalUrl}/internal/bootstrap-state`, {
      headers: { authorization: this.secrets.authorization(caller) },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
}

/** Waits until something is so; fails with what was last found. */
export async function eventually<T>(read: () => T, isSo: (value: T) => boolean, withinMs = 5_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = read();
    if (isSo(value)) return value;
    if (Date.now() > deadline) throw new Error(`not within ${String(withinMs)} ms; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
