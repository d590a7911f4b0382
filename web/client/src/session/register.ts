import type { RegisterRequest } from '@secureconnect/contracts/auth';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId } from '@secureconnect/contracts/ids';
import { asBytes16 } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { createAccount } from '@secureconnect/crypto/identity/account';
import { deriveFromPassword, vaultKek } from '@secureconnect/crypto/kdf/derive';
import { newKdfParams } from '@secureconnect/crypto/kdf/params';
import { createVault } from '@secureconnect/crypto/vault/create-vault';
import { vaultToWire } from '../vault/vault-wire.js';
import { AccountHome } from './account-home.js';
import { checkNewPassword, checkUsername } from './credentials.js';
import {
  checkAnswer,
  derivationRefusal,
  deviceRecord,
  finishSignIn,
  makeOwnDevice,
  type SignedIn,
  type SignInParts,
} from './sign-in.js';

const SHARE_BYTES = 32;

export interface Registration {
  readonly username: string;
  readonly password: string;
  readonly email: string | null;
}

/**
 * Makes an account: all keys here, one request. The password stays here; the server gets a value from which it cannot be derived,
 * the sealed vault, and public keys (PROTOCOL 2, 3, 4).
 * @throws Refusal
 */
export async function register(parts: SignInParts, input: Registration): Promise<SignedIn> {
  const { auth, deps, events, primitives, step } = parts;
  const username = checkUsername(input.username);
  checkNewPassword(input.password, username);
  const userId = asBytes16(deps.random(16));
  const kdfParams = newKdfParams(primitives);

  step('deriving-keys');
  const { authSecret, vaultPre } = await deriveFromPassword(primitives, {
    username,
    password: input.password,
    kdfParams,
  }).catch((error: unknown) => {
    throw derivationRefusal(error);
  });
  step('making-keys');
  const nowMs = deps.clock.nowMs();
  const newAccount = await createAccount(primitives, { userId, username, nowMs });
  const device = await makeOwnDevice(primitives, newAccount.account, nowMs);
  step('sealing-vault');
  const serverShare = deps.random(SHARE_BYTES);
  const kek = await vaultKek(primitives, { vaultPre, serverShare, userId });
  const { vault, opened } = await createVault(primitives, { kek, kdfParams, newAccount });
  step('asking-server');
  const request: RegisterRequest = {
    userId: idToHex(userId) as UserId,
    username,
    email: input.email,
    kdfParams: toBase64Url(kdfParams),
    authSecret: toBase64Url(authSecret),
    serverShare: toBase64Url(serverShare),
    vault: vaultToWire(vault, opened.mark.seq),
    bundle: toBase64Url(newAccount.bundle),
    deviceCert: toBase64Url(device.cert),
  };
  const answer = await auth.register(request);
  const { deviceId, cert } = deviceRecord(device);
  checkAnswer(events, answer, { userId: request.userId, username, deviceId });
  const keys = { signer: device.signer, vaultKey: opened.vaultKey };
  const home = await AccountHome.make(deps.storage, request.userId, keys, { deviceId, cert });
  const { session } = answer;
  return finishSignIn(parts, {
    username,
    kdfParams,
    identity: newAccount.identity,
    session,
    home,
    sealed: vault,
    opened,
  });
}
