import {
  LoginAnswer,
  PreloginAnswer,
  PublicIdentity,
  SessionAnswer,
  Vault,
  VaultPutAnswer,
  type LoginRequest,
  type PublishDeviceRequest,
  type RegisterRequest,
  type VaultPut,
} from '@secureconnect/contracts/auth';
import type { UserId, Username } from '@secureconnect/contracts/ids';
import * as z from 'zod';
import type { HttpDoor } from './http-door.js';

const VAULT_MAX_BYTES = 3_145_728;
/** 64 bundles of 16 KiB and 128 certificates of 8 KiB in base64url. */
const IDENTITY_MAX_BYTES = 4_194_304;

/** Routes of auth. The server may answer nothing more than these shapes; whether it lies is for others to find out. */
export class AuthApi {
  readonly #door: HttpDoor;
  readonly #base: string;

  /** @param base - such as `/api/auth` or `http://127.0.0.1:9000/api/auth` */
  constructor(door: HttpDoor, base: string) {
    this.#door = door;
    this.#base = base;
  }

  prelogin(username: Username): Promise<PreloginAnswer> {
    return this.#post('prelogin', { username }, PreloginAnswer);
  }

  register(body: RegisterRequest): Promise<LoginAnswer> {
    return this.#post('register', body, LoginAnswer);
  }

  login(body: LoginRequest): Promise<LoginAnswer> {
    return this.#post('login', body, LoginAnswer);
  }

  refresh(): Promise<SessionAnswer> {
    return this.#post('refresh', {}, SessionAnswer);
  }

  async logout(): Promise<void> {
    await this.#post('logout', {}, z.unknown());
  }

  publishDevice(body: PublishDeviceRequest): Promise<SessionAnswer> {
    return this.#post('devices', body, SessionAnswer);
  }

  userByName(username: Username): Promise<PublicIdentity> {
    return this.#get(`users/by-name/${encodeURIComponent(username)}`, PublicIdentity, IDENTITY_MAX_BYTES);
  }

  user(userId: UserId): Promise<PublicIdentity> {
    return this.#get(`users/${userId}`, PublicIdentity, IDENTITY_MAX_BYTES);
  }

  vault(): Promise<Vault> {
    return this.#get('vault', Vault, VAULT_MAX_BYTES);
  }

  putVault(body: VaultPut): Promise<VaultPutAnswer> {
    return this.#door.ask({ method: 'PUT', url: `${this.#base}/vault`, body, answer: VaultPutAnswer });
  }

  #post<T>(route: string, body: object, answer: z.ZodType<T>): Promise<T> {
    return this.#door.ask({ method: 'POST', url: `${this.#base}/${route}`, body, answer });
  }

  #get<T>(route: string, answer: z.ZodType<T>, maxBytes: number): Promise<T> {
    return this.#door.ask({ method: 'GET', url: `${this.#base}/${route}`, answer, maxBytes });
  }
}
