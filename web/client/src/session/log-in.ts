import type { LoginAnswer, SessionInfo, Vault } from '@secureconnect/contracts/auth';
import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId, Username } from '@secureconnect/contracts/ids';
import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { deriveFromPassword, vaultKek, type VaultPre } from '@secureconnect/crypto/kdf/derive';
import { guardKdfParams } from '@secureconnect/crypto/kdf/params';
import type { VaultMark } from '@secureconnect/crypto/vault/head';
import { openVault, type OpenedVault } from '@secureconnect/crypto/vault/open-vault';
import { unlockVault } from '@secureconnect/crypto/vault/slots';
import { keepOwnIdentity } from '../directory/directory.js';
import type { KnownUser } from '../directory/known-user.js';
import { Refusal } from '../refusal.js';
import { vaultRefusal } from '../vault/vault-keeper.js';
import { vaultFromWire } from '../vault/vault-wire.js';
import { AccountHome } from './account-home.js';
import { checkUsername } from './credentials.js';
import type { KnownAccount } from './device-memory.js';
import { checkOwnKeys, checkUserId, readOwnIdentity } from './own-identity.js';
import {
  checkAnswer,
  derivationRefusal,
  deviceRecord,
  finishSignIn,
  makeOwnDevice,
  type SignedIn,
  type SignInParts,
} from './sign-in.js';

/**
 * Logs in with nothing but name and password (PROTOCOL 2, 3). Everything that the server gives is checked before it is used: the key derivation before
 * anything is derived, the published identity before anything is unlocked, the vault before anything is believed, the identity against
 * the vault. No key is ever made over an existing account (THREATS 11): what is missing or broken ends here.
 * @throws Refusal
 */
export async function logIn(
  parts: SignInParts,
  input: { readonly username: string; readonly password: string; readonly startedFresh?: boolean },
): Promise<SignedIn> {
  const { auth, events, memory, primitives, step } = parts;
  const username = checkUsername(input.username);
  const known = await memory.knownAccount(username);
  const kdfParams = fromBase64Url((await auth.prelogin(username)).kdfParams);

  step('deriving-keys');
  const floor = known?.kdfParams ?? null;
  let derived: Awaited<ReturnType<typeof deriveFromPassword>>;
  try {
    guardKdfParams(kdfParams, floor);
    derived = await deriveFromPassword(primitives, { username, password: input.password, kdfParams, floor });
  } catch (error) {
    throw derivationRefusal(error);
  }
  step('asking-server');
  const answer = await auth.login({ username, authSecret: toBase64Url(derived.authSecret) });
  return endingOnFailure(parts, async () => {
    checkAnswer(events, answer, { username });
    checkUserId(parts, known, answer.session);
    const startedFresh = input.startedFresh ?? false;
    return enter(parts, { username, kdfParams, known, answer, vaultPre: derived.vaultPre, startedFresh });
  });
}

/** A session that leads nowhere is not left lying about. */
export async function endingOnFailure<T>({ auth }: SignInParts, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await auth.logout().catch(() => undefined);
    throw error;
  }
}

interface Entering {
  readonly username: Username;
  readonly kdfParams: Bytes;
  readonly known: KnownAccount | null;
  readonly answer: LoginAnswer;
  readonly vaultPre: VaultPre;
  readonly startedFresh: boolean;
}

async function enter(parts: SignInParts, entering: Entering): Promise<SignedIn> {
  const { username, kdfParams, known, answer, vaultPre, startedFresh } = entering;
  const { deps, memory, step } = parts;
  const { userId } = answer.session;
  step('opening-vault');
  const own = await readOwnIdentity(parts, { known, session: answer.session, accepted: startedFresh });
  // Read before the vault is asked for: another tab may see a newer one meanwhile.
  const remembered = own.isFresh ? null : await memory.vaultMark(userId);
  const vault = await fetchVault(parts);
  const opened = await openFetched(parts, { vault, remembered, kdfParams, answer, vaultPre });
  await checkOwnKeys(parts, opened.account, own, answer.session);
  if (own.isFresh) {
    // What is here was sealed under the keys of before; the person knows that it is gone.
    await AccountHome.destroy(deps.storage, userId);
    await memory.forgetVault(userId);
  }

  step('adding-device');
  const { home, session } = await bindDevice(parts, opened, await homeOf(parts, own.user, userId), answer.session);
  const { identity, published } = own;
  const sealed = vaultFromWire(vault);
  const signedIn = await finishSignIn(parts, { username, kdfParams, identity, session, home, sealed, opened });
  await keepOwnIdentity(home.store, published);
  return signedIn;
}

/** The account's home on this device; null where there is none, or where the account has signed that the device is no longer its own. */
export async function homeOf({ deps }: SignInParts, own: KnownUser, userId: UserId): Promise<AccountHome | null> {
  const home = await AccountHome.find(deps.storage, userId);
  if (home === null || own.revokedAtMs(home.device.deviceId) === null) return home;
  home.close();
  return null;
}

/** @throws Refusal `vault-missing` */
export async function fetchVault({ auth }: SignInParts): Promise<Vault> {
  try {
    return await auth.vault();
  } catch (error) {
    const missing = error instanceof Refusal && (error.code === 'not-found' || error.code === 'server-answer-refused');
    throw missing ? new Refusal('vault-missing') : error;
  }
}

async function openFetched(
  { events, primitives }: SignInParts,
  {
    vault,
    remembered,
    kdfParams,
    answer,
    vaultPre,
  }: Pick<Entering, 'kdfParams' | 'answer' | 'vaultPre'> & {
    readonly vault: Vault;
    readonly remembered: VaultMark | null;
  },
): Promise<OpenedVault> {
  const { userId } = answer.session;
  const id = idFromHex(userId);
  try {
    const kek = await vaultKek(primitives, { vaultPre, serverShare: fromBase64Url(answer.serverShare), userId: id });
    const sealed = vaultFromWire(vault);
    const vaultKey = await unlockVault(primitives, { header: sealed.header, userId: id, kek, kdfParams });
    return await openVault(primitives, { vault: sealed, userId: id, vaultKey, remembered });
  } catch (error) {
    throw vaultRefusal(error, () => events.alarm('vault-rolled-back', { userId }));
  }
}

/** Binds the session to this device: the one that was here before, if the server still takes it, or a new one. */
export async function bindDevice(
  { auth, deps, events, primitives }: SignInParts,
  opened: OpenedVault,
  before: AccountHome | null,
  { userId, username }: SessionInfo,
): Promise<{ home: AccountHome; session: SessionInfo }> {
  if (before !== null) {
    try {
      const answer = await auth.publishDevice({ deviceCert: before.device.cert });
      checkAnswer(events, answer, { userId, username, deviceId: before.device.deviceId });
      return { home: before, session: answer.session };
    } catch (error) {
      before.close();
      if (!(error instanceof Refusal && error.code === 'device-refused')) throw error;
    }
  }
  const device = await makeOwnDevice(primitives, opened.account, deps.clock.nowMs());
  const record = deviceRecord(device);
  const answer = await auth.publishDevice({ deviceCert: record.cert });
  checkAnswer(events, answer, { userId, username, deviceId: record.deviceId });
  const keys = { signer: device.signer, vaultKey: opened.vaultKey };
  return { home: await AccountHome.make(deps.storage, userId, keys, record), session: answer.session };
}
