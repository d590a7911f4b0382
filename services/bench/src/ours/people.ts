import { randomBytes } from 'node:crypto';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import { COOKIES, type LoginRequest, type RegisterRequest } from '@secureconnect/contracts/auth';
import type { UserId, Username } from '@secureconnect/contracts/ids';
import { asBytes16, type Bytes, type Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { createAccount } from '@secureconnect/crypto/identity/account';
import { makeDevice } from '@secureconnect/crypto/identity/device';
import type { VerifiedBundle } from '@secureconnect/crypto/identity/bundle';
import type { Account, Recipient } from '@secureconnect/crypto/identity/keys';
import type { SendingDevice } from '@secureconnect/crypto/envelope/seal';
import { deriveFromPassword, vaultKek, type VaultPre } from '@secureconnect/crypto/kdf/derive';
import { newKdfParams } from '@secureconnect/crypto/kdf/params';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { createVault } from '@secureconnect/crypto/vault/create-vault';
import { vaultToWire } from '@secureconnect/client/vault/vault-wire';

/** Access tokens live ten minutes; a trial begins with one that is younger than this. */
const TOKEN_AGE_MAX_MS = 5 * 60_000;
const ANSWER_WITHIN_MS = 60_000;

/** Where people register. */
export interface AuthDoor {
  /** `http://127.0.0.1:<port>` of auth. */
  readonly url: string;
  readonly origin: string;
}

/** What a password is stretched to, before any user comes in. */
export interface StretchedPassword {
  readonly kdfParams: Bytes;
  readonly authSecret: Bytes;
  readonly vaultPre: VaultPre;
}

/** One for everybody: the server sees no difference, and 600,000 rounds for each user would be most of the run. */
export async function stretchPassword(p: Primitives): Promise<StretchedPassword> {
  const kdfParams = newKdfParams(p);
  const password = toBase64Url(p.randomBytes(24));
  return { kdfParams, ...(await deriveFromPassword(p, { username: 'bench', password, kdfParams })) };
}

/** A registered user with one device: everything that sealing needs, and the cookies of a session. */
export class Person {
  readonly #door: AuthDoor;
  #cookies: ReadonlyMap<string, string>;
  #tokenSinceMs = Date.now();

  private constructor(
    door: AuthDoor,
    readonly userId: UserId,
    readonly device: SendingDevice,
    readonly account: Account,
    /** Its own bundle, as others verify it. */
    readonly bundle: VerifiedBundle,
    readonly login: LoginRequest,
    cookies: ReadonlyMap<string, string>,
  ) {
    this.#door = door;
    this.#cookies = cookies;
  }

  /** Makes keys, vault and device as the client does, and registers them. */
  static async register(p: Primitives, door: AuthDoor, username: string, password: StretchedPassword): Promise<Person> {
    const userId: Bytes16 = asBytes16(p.randomBytes(16));
    const nowMs = Date.now();
    const newAccount = await createAccount(p, { userId, username, nowMs });
    const device = await makeDevice(p, { account: newAccount.account, nowMs });
    const { kdfParams, authSecret, vaultPre } = password;
    const serverShare = p.randomBytes(32);
    const kek = await vaultKek(p, { vaultPre, serverShare, userId });
    const { vault, opened } = await createVault(p, { kek, kdfParams, newAccount });
    const request: RegisterRequest = {
      userId: idToHex(userId) as UserId,
      username: username as Username,
      email: null,
      kdfParams: toBase64Url(kdfParams),
      authSecret: toBase64Url(authSecret),
      serverShare: toBase64Url(serverShare),
      vault: vaultToWire(vault, opened.mark.seq),
      bundle: toBase64Url(newAccount.bundle),
      deviceCert: toBase64Url(device.cert),
    };
    const cookies = await post(door, 'register', request, new Map());
    const sender = { userId, deviceId: device.deviceId, signer: device.signer, bundleVer: 1 };
    const { account, identity } = newAccount;
    const login = { username: request.username, authSecret: request.authSecret };
    return new Person(door, request.userId, sender, account, identity.current, login, cookies);
  }

  get recipient(): Recipient {
    return this.bundle.recipient;
  }

  /** Logs in anew, as a browser that knows the stretched password. */
  async logIn(): Promise<void> {
    this.#cookies = await post(this.#door, 'login', this.login, new Map());
    this.#tokenSinceMs = Date.now();
  }

  /** Asks auth who the session belongs to. @throws Error when it is not answered well */
  async whoAmI(): Promise<void> {
    const response = await fetch(`${this.#door.url}/api/auth/me`, {
      headers: { cookie: cookieHeader(this.#cookies), origin: this.#door.origin },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    await response.text();
    if (!response.ok) throw new Error(`auth answered me with ${response.status}`);
  }

  /** Headers of a socket's handshake, with an access token that outlives a trial. */
  async handshakeHeaders(): Promise<Record<string, string>> {
    if (Date.now() - this.#tokenSinceMs > TOKEN_AGE_MAX_MS) {
      this.#cookies = await post(this.#door, 'refresh', {}, this.#cookies);
      this.#tokenSinceMs = Date.now();
    }
    return {
      cookie: `${COOKIES.localhost.access}=${this.#cookies.get(COOKIES.localhost.access)!}`,
      origin: this.#door.origin,
    };
  }
}

/** A name that no other run has, within the rules for names. */
export function freshNames(count: number): string[] {
  const run = randomBytes(4).toString('hex');
  return Array.from({ length: count }, (_, index) => `bench-${run}-${index}`);
}

async function post(
  door: AuthDoor,
  route: string,
  body: object,
  cookies: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const response = await fetch(`${door.url}/api/auth/${route}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: door.origin,
      cookie: cookieHeader(cookies),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`auth answered ${route} with ${response.status}: ${text.slice(0, 300)}`);
  const pairs = response.headers.getSetCookie().map((line) => line.split(';')[0]!);
  return new Map([...cookies, ...pairs.map((pair) => cut(pair))]);
}

function cookieHeader(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

function cut(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}
