import {
  LoginAnswer,
  Me,
  PreloginAnswer,
  PublicIdentity,
  SessionAnswer,
  SessionsAnswer,
  Vault,
  VaultPutAnswer,
  type ChangePasswordRequest,
  type EndSessionsRequest,
  type LoginRequest,
  type PublishDeviceRequest,
  type RecoverRequest,
  type RegisterRequest,
  type ResetIdentityRequest,
  type ResetRequest,
  type RevokeDevicesRequest,
  type SetRecoveryRequest,
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

  /**
   * A log-in beside the session: shows that a secret is the account's and brings its server share. The cookies of the session stay
   * what they are; whoever asks ends the session of the answer.
   */
  logInApart(body: LoginRequest): Promise<LoginAnswer> {
    return this.#door.ask({ method: 'POST', url: `${this.#base}/login`, body, answer: LoginAnswer, apart: true });
  }

  recover(body: RecoverRequest): Promise<SessionAnswer> {
    return this.#post('recover', body, SessionAnswer);
  }

  /** What the directory has of somebody who proved to be the account's owner and has no session. */
  resetIdentity(body: ResetIdentityRequest): Promise<PublicIdentity> {
    const url = `${this.#base}/reset/identity`;
    return this.#door.ask({ method: 'POST', url, body, answer: PublicIdentity, maxBytes: IDENTITY_MAX_BYTES });
  }

  reset(body: ResetRequest): Promise<LoginAnswer> {
    return this.#post('reset', body, LoginAnswer);
  }

  me(): Promise<Me> {
    return this.#get('me', Me);
  }

  changePassword(body: ChangePasswordRequest): Promise<SessionAnswer> {
    return this.#post('password', body, SessionAnswer);
  }

  setRecovery(body: SetRecoveryRequest): Promise<VaultPutAnswer> {
    return this.#door.ask({ method: 'PUT', url: `${this.#base}/recovery`, body, answer: VaultPutAnswer });
  }

  sessions(): Promise<SessionsAnswer> {
    return this.#get('sessions', SessionsAnswer);
  }

  async endSessions(body: EndSessionsRequest): Promise<void> {
    await this.#post('sessions/end', body, z.unknown());
  }

  async revokeDevices(body: RevokeDevicesRequest): Promise<void> {
    await this.#post('devices/revoke', body, z.unknown());
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

  #get<T>(route: string, answer: z.ZodType<T>, maxBytes?: number): Promise<T> {
    const url = `${this.#base}/${route}`;
    return this.#door.ask({ method: 'GET', url, answer, ...(maxBytes !== undefined && { maxBytes }) });
  }
}
