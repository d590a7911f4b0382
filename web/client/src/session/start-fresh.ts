import { ResetCode, type ResetRequest } from '@secureconnect/contracts/auth';
import { fromBase64Url, toBase64Url, toHex } from '@secureconnect/contracts/encoding';
import type { Username } from '@secureconnect/contracts/ids';
import { resetAccount } from '@secureconnect/crypto/identity/account';
import { deriveFromPassword } from '@secureconnect/crypto/kdf/derive';
import type { VerifiedIdentity } from '@secureconnect/crypto/identity/directory';
import { createVault } from '@secureconnect/crypto/vault/create-vault';
import { keepOwnIdentity } from '../directory/directory.js';
import { KnownUser } from '../directory/known-user.js';
import { Refusal } from '../refusal.js';
import { vaultToWire } from '../vault/vault-wire.js';
import { AccountHome } from './account-home.js';
import { checkNewPassword, checkUsername } from './credentials.js';
import type { KnownAccount } from './device-memory.js';
import { endingOnFailure } from './log-in.js';
import { checkOwnKeys, checkUserId, identityMismatch, readOwnIdentity, wasReset } from './own-identity.js';
import { newPasswordKeys } from './owner-proof.js';
import {
  checkAnswer,
  derivationRefusal,
  deviceRecord,
  finishSignIn,
  makeOwnDevice,
  type SignedIn,
  type SignInParts,
} from './sign-in.js';

export interface FreshStart {
  readonly username: string;
  readonly proof: { readonly password: string } | { readonly code: string };
  readonly newPassword: string;
}

/**
 * "Start fresh" (PROTOCOL 3.14): new account keys and an empty vault under the same name, because a person asked for it. Contacts see it; what
 * was sealed for the old keys stays closed. It never happens by itself: a vault that is missing or does not open leads to a refusal.
 * @throws Refusal `credentials-refused` for a wrong password or code
 */
export async function startFresh(parts: SignInParts, input: FreshStart): Promise<SignedIn> {
  const { auth, deps, events, memory, primitives, step } = parts;
  const username = checkUsername(input.username);
  checkNewPassword(input.newPassword, username);
  const known = await memory.knownAccount(username);
  step('deriving-keys');
  const proof = await proofOf(parts, { username, known, proof: input.proof });
  step('asking-server');
  const before = await identityBefore(parts, { username, known, proof });

  step('making-keys');
  const nowMs = deps.clock.nowMs();
  const newAccount = await resetAccount(primitives, { username, before: before.identity, nowMs });
  const device = await makeOwnDevice(primitives, newAccount.account, nowMs);
  step('sealing-vault');
  const { userId } = before;
  const keys = await newPasswordKeys(primitives, deps.random, { userId, username, password: input.newPassword });
  const { kdfParams, kek, authSecret, serverShare } = keys;
  const { vault, opened } = await createVault(primitives, { kek, kdfParams, newAccount });
  const { deviceId, cert } = deviceRecord(device);
  const answer = await auth.reset({
    ...{ username, proof, kdfParams: toBase64Url(kdfParams), authSecret, serverShare },
    vault: vaultToWire(vault, opened.mark.seq),
    bundle: toBase64Url(newAccount.bundle),
    deviceCert: cert,
  });
  return endingOnFailure(parts, async () => {
    checkAnswer(events, answer, { userId, username, deviceId });
    // From here on the new keys are the account's: what was remembered of the old ones would only stand in the way.
    await memory.forgetVault(userId);
    await memory.rememberAccount(username, { userId, kdfParams, pin: toHex(newAccount.identity.pin) });
    step('adding-device');
    const home = await AccountHome.make(
      deps.storage,
      userId,
      { signer: device.signer, vaultKey: opened.vaultKey },
      { deviceId, cert },
    );
    const { session } = answer;
    const { identity } = newAccount;
    const signedIn = await finishSignIn(parts, { username, kdfParams, identity, session, home, sealed: vault, opened });
    const own = await readOwnIdentity(parts, { known: await memory.knownAccount(username), session, accepted: false });
    await checkOwnKeys(parts, opened.account, own, session);
    await keepOwnIdentity(home.store, own.published);
    return signedIn;
  });
}

type ResetProof = ResetRequest['proof'];

async function proofOf(
  { auth, primitives }: SignInParts,
  input: { readonly username: Username; readonly known: KnownAccount | null; readonly proof: FreshStart['proof'] },
): Promise<ResetProof> {
  const { known, proof, username } = input;
  if ('code' in proof) {
    const code = ResetCode.safeParse(proof.code.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, ''));
    if (!code.success) throw new Refusal('credentials-refused');
    return { resetCode: code.data };
  }
  const kdfParams = fromBase64Url((await auth.prelogin(username)).kdfParams);
  try {
    const floor = known?.kdfParams ?? null;
    const { password } = proof;
    const { authSecret } = await deriveFromPassword(primitives, { username, password, kdfParams, floor });
    return { authSecret: toBase64Url(authSecret) };
  } catch (error) {
    throw derivationRefusal(error);
  }
}

/** What was published before, which the new bundle follows: the keys that this device knows, where it knows any. */
async function identityBefore(
  parts: SignInParts,
  input: { readonly username: Username; readonly known: KnownAccount | null; readonly proof: ResetProof },
): Promise<{ readonly userId: SignedIn['record']['userId']; readonly identity: VerifiedIdentity }> {
  const { known, proof, username } = input;
  const published = await parts.auth.resetIdentity({ username, proof });
  const { userId } = published;
  checkUserId(parts, known, { userId, username });
  if (published.username !== username) throw identityMismatch(parts, published);
  let identity: VerifiedIdentity;
  try {
    ({ identity } = await KnownUser.verify(parts.primitives, published, parts.deps.clock.nowMs()));
  } catch (error) {
    if (error instanceof Refusal) throw identityMismatch(parts, published);
    throw error;
  }
  const isKnown = known === null || known.pin === toHex(identity.pin) || wasReset(identity, known.pin);
  if (!isKnown) throw identityMismatch(parts, published);
  return { userId, identity };
}
