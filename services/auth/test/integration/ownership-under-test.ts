import { toBase64Url } from '@secureconnect/contracts/encoding';
import type { ChangePasswordRequest, SetRecoveryRequest, Vault } from '@secureconnect/contracts/auth';
import { IDENTITY_CHANGED_CHANNEL, SESSION_ENDED_CHANNEL } from '@secureconnect/contracts/internal';
import Sqlite from 'better-sqlite3';
import { Redis } from 'ioredis';
import { Person, randomSecret } from '../person.js';
import type { AuthUnderTest, Browser } from './auth-under-test.js';

/** A registered person at a browser, who knows the vault and the bundle as they are stored. */
export class Owner {
  private constructor(
    readonly person: Person,
    readonly browser: Browser,
    readonly bundle: Uint8Array,
  ) {}

  /** @param bundle - fields of the first bundle to write differently */
  static async registered(
    under: AuthUnderTest,
    username: string,
    bundle: Record<string, unknown> = {},
  ): Promise<Owner> {
    const person = await Person.named(username);
    const browser = under.browser();
    const registration = await person.registration({ bundle: toBase64Url(await person.bundle(bundle)) });
    const answer = await browser.post('register', registration);
    if (answer.status !== 200) throw new Error(`registration refused: ${JSON.stringify(answer.body)}`);
    return new Owner(person, browser, Buffer.from(registration.bundle, 'base64url'));
  }

  async vault(): Promise<Vault> {
    return (await this.browser.get('vault')).body as Vault;
  }

  /** A password change as the client makes it; `changes` replace its fields. */
  async passwordChange(changes: Record<string, unknown> = {}, slots = [1]): Promise<ChangePasswordRequest> {
    const kdfParams = Uint8Array.from(this.person.kdfParams);
    kdfParams[20]! ^= 0xff;
    const vault = await this.vault();
    const request = {
      proof: { authSecret: this.person.authSecret },
      kdfParams: toBase64Url(kdfParams),
      authSecret: randomSecret(),
      serverShare: randomSecret(),
      vault: await this.person.nextVault(vault, vault.items, { kdfParams, slots }),
      bundle: null,
      revocations: [],
      endOtherSessions: false,
    };
    return { ...request, ...changes };
  }

  /** Sets a recovery secret (null: takes it away) with its slot. */
  async recovery(recoverySecret: string | null, changes: Record<string, unknown> = {}): Promise<SetRecoveryRequest> {
    const vault = await this.vault();
    const slots = recoverySecret === null ? [1] : [1, 2];
    const request = {
      proof: { authSecret: this.person.authSecret },
      recoverySecret,
      vault: await this.person.nextVault(vault, vault.items, { slots }),
    };
    return { ...request, ...changes };
  }
}

/** What auth says on Redis. */
export class Hints {
  readonly ended: { userId: string; sessionId: string; reason: string }[] = [];
  readonly changed: string[] = [];
  readonly #redis: Redis;

  private constructor(url: string) {
    this.#redis = new Redis(url);
    this.#redis.on('message', (channel: string, message: string) => {
      const hint = JSON.parse(message) as Hints['ended'][number];
      if (channel === SESSION_ENDED_CHANNEL) this.ended.push(hint);
      else this.changed.push(hint.userId);
    });
  }

  static async of(url: string): Promise<Hints> {
    const hints = new Hints(url);
    await hints.#redis.subscribe(SESSION_ENDED_CHANNEL, IDENTITY_CHANGED_CHANNEL);
    return hints;
  }

  /** Everything that was said before now has arrived when this resolves. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await this.#redis.ping();
  }

  close(): void {
    this.#redis.disconnect();
  }
}

/** Reads (or changes) the store behind the service's back. */
export function inStore<T>(under: AuthUnderTest, sql: string, ...values: unknown[]): T[] {
  const database = new Sqlite(under.storeFile, { timeout: 5_000 });
  try {
    const statement = database.prepare(sql);
    if (statement.reader) return statement.all(...values) as T[];
    statement.run(...values);
    return [];
  } finally {
    database.close();
  }
}
