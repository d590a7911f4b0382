import type { LoginAnswer, PublicIdentity, SessionInfo, Vault } from '@secureconnect/contracts/auth';
import { fromBase64Url, toBase64Url, toHex } from '@secureconnect/contracts/encoding';
import type { Username } from '@secureconnect/contracts/ids';
import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { matchAccount } from '@secureconnect/crypto/identity/account';
import type { VerifiedIdentity } from '@secureconnect/crypto/identity/directory';
import { deriveFromPassword, vaultKek, type VaultPre } from '@secureconnect/crypto/kdf/derive';
import { guardKdfParams } from '@secureconnect/crypto/kdf/params';
import type { VaultMark } from '@secureconnect/crypto/vault/head';
import { openVault, type OpenedVault } from '@secureconnect/crypto/vault/open-vault';
import { unlockVault, type VaultKey } from '@secureconnect/crypto/vault/slots';
import { keepOwnIdentity } from '../directory/directory.js';
import { isFormatFailure, KnownUser } from '../directory/known-user.js';
import { Refusal } from '../refusal.js';
import { vaultRefusal } from '../vault/vault-keeper.js';
import { vaultFromWire } from '../vault/vault-wire.js';
import { AccountHome } from './account-home.js';
import { checkUsername } from './credentials.js';
import type { KnownAccount } from './device-memory.js';
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
 * anything is derived, the vault before anything is believed, the published identity against the vault. No key is ever made over an
 * existing account (THREATS 11): what is missing or broken ends here.
 * @throws Refusal
 */
export async function logIn(
  parts: SignInParts,
  input: { readonly username: string; readonly password: string },
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
  try {
    checkAnswer(events, answer, { username });
    if (known !== null && known.userId !== answer.session.userId) throw identityMismatch(parts, answer.session);
    return await enter(parts, { username, kdfParams, known, answer, vaultPre: derived.vaultPre });
  } catch (error) {
    // A session that leads nowhere is not left lying about.
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
}

async function enter(
  parts: SignInParts,
  { username, kdfParams, known, answer, vaultPre }: Entering,
): Promise<SignedIn> {
  const { deps, step } = parts;
  const { userId } = answer.session;
  step('opening-vault');
  // Read before the vault is asked for: another tab may see a newer one meanwhile.
  const remembered = await parts.memory.vaultMark(userId);
  const vault = await fetchVault(parts);
  const { opened } = await openFetched(parts, { vault, remembered, kdfParams, answer, vaultPre });
  const { identity, published } = await ownIdentity(parts, { username, known, opened, session: answer.session });

  step('adding-device');
  const { home, session } = await bindDevice(
    parts,
    opened,
    await AccountHome.find(deps.storage, userId),
    answer.session,
  );
  const signedIn = await finishSignIn(parts, {
    username,
    kdfParams,
    identity,
    session,
    home,
    sealed: vaultFromWire(vault),
    opened,
  });
  await keepOwnIdentity(home.store, published);
  return signedIn;
}

async function fetchVault({ auth }: SignInParts): Promise<Vault> {
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
): Promise<{ opened: OpenedVault; vaultKey: VaultKey }> {
  const { userId } = answer.session;
  const id = idFromHex(userId);
  try {
    const kek = await vaultKek(primitives, { vaultPre, serverShare: fromBase64Url(answer.serverShare), userId: id });
    const sealed = vaultFromWire(vault);
    const vaultKey = await unlockVault(primitives, { header: sealed.header, userId: id, kek, kdfParams });
    return { vaultKey, opened: await openVault(primitives, { vault: sealed, userId: id, vaultKey, remembered }) };
  } catch (error) {
    throw vaultRefusal(error, () => events.alarm('vault-rolled-back', { userId }));
  }
}

/** What is published under the account's name must be the vault's own (THREATS 12), and what this device has seen before (THREATS 21). */
async function ownIdentity(
  parts: SignInParts,
  {
    username,
    known,
    opened,
    session,
  }: {
    readonly username: Username;
    readonly known: KnownAccount | null;
    readonly opened: OpenedVault;
    readonly session: SessionInfo;
  },
): Promise<{ identity: VerifiedIdentity; published: PublicIdentity }> {
  const { auth, deps, primitives } = parts;
  const published: PublicIdentity = await auth.user(session.userId);
  try {
    if (published.userId !== session.userId || published.username !== username) throw identityMismatch(parts, session);
    const { identity } = await KnownUser.verify(primitives, published, deps.clock.nowMs());
    await matchAccount(primitives, opened.account, identity);
    if (known !== null && known.pin !== toHex(identity.pin)) throw identityMismatch(parts, session);
    return { identity, published };
  } catch (error) {
    if (isFormatFailure(error) || (error instanceof Refusal && error.code === 'peer-identity-refused')) {
      throw identityMismatch(parts, session);
    }
    throw error;
  }
}

function identityMismatch({ events }: SignInParts, { userId }: SessionInfo): Refusal {
  events.alarm('server-answer-refused', { userId });
  return new Refusal('identity-mismatch');
}

/** Binds the session to this device: the one that was here before, if the server still takes it, or a new one. */
async function bindDevice(
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
