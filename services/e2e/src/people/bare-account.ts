import { randomBytes } from 'node:crypto';
import { LoginAnswer, type RegisterRequest } from '@secureconnect/contracts/auth';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import type { UserId } from '@secureconnect/contracts/ids';
import { asBytes16, type Bytes } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { createAccount, type NewAccount } from '@secureconnect/crypto/identity/account';
import { makeDevice, type NewDevice } from '@secureconnect/crypto/identity/device';
import { deriveFromPassword, vaultKek } from '@secureconnect/crypto/kdf/derive';
import { newKdfParams } from '@secureconnect/crypto/kdf/params';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { createVault } from '@secureconnect/crypto/vault/create-vault';
import { CookieJar } from './cookie-jar.js';
import type { Place } from './person.js';

/** An account without a messenger: its keys lie open, for whoever plays an attacker with a good account, or an odd client. */
export interface BareAccount {
  readonly userId: UserId;
  readonly username: string;
  readonly password: string;
  readonly account: NewAccount;
  readonly device: NewDevice;
  readonly request: RegisterRequest;
  /** Logged in. */
  readonly jar: CookieJar;
}

/** Registers a user with the cryptography alone. `kdfParams`: 43 bytes, by default what the messenger takes. */
export async function registerBare(
  place: Place,
  username: string,
  { kdfParams, password = `the password of ${username} is long` }: { kdfParams?: Bytes; password?: string } = {},
): Promise<BareAccount> {
  const p = await loadPrimitives();
  const parameters = kdfParams ?? newKdfParams(p);
  const userId = asBytes16(new Uint8Array(randomBytes(16)));
  const serverShare = new Uint8Array(randomBytes(32));
  const { authSecret, vaultPre } = await deriveFromPassword(p, { username, password, kdfParams: parameters });
  const nowMs = Date.now();
  const account = await createAccount(p, { userId, username, nowMs });
  const device = await makeDevice(p, { account: account.account, nowMs });
  const kek = await vaultKek(p, { vaultPre, serverShare, userId });
  const { vault, opened } = await createVault(p, { kek, kdfParams: parameters, newAccount: account });
  const request: RegisterRequest = {
    userId: idToHex(userId) as UserId,
    username: username as RegisterRequest['username'],
    email: null,
    kdfParams: toBase64Url(parameters),
    authSecret: toBase64Url(authSecret),
    serverShare: toBase64Url(serverShare),
    vault: {
      seq: opened.mark.seq,
      header: toBase64Url(vault.header),
      head: toBase64Url(vault.head),
      items: vault.items.map(({ itemId, bytes }) => ({
        itemId: idToHex(itemId) as RegisterRequest['vault']['items'][number]['itemId'],
        bytes: toBase64Url(bytes),
      })),
    },
    bundle: toBase64Url(account.bundle),
    deviceCert: toBase64Url(device.cert),
  };
  const jar = new CookieJar(place.origin);
  const response = await jar.fetch(`${place.endpoints.auth}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  LoginAnswer.parse(await response.json());
  return { userId: request.userId, username, password, account, device, request, jar };
}
