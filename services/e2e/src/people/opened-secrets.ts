import { KdfParamsText, LoginAnswer, PreloginAnswer, Vault } from '@secureconnect/contracts/auth';
import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { concatBytes, type Bytes } from '@secureconnect/contracts/signed/bytes';
import { labelled } from '@secureconnect/contracts/signed/labels';
import { readVaultHeader, VAULT_ITEM_TYPES } from '@secureconnect/contracts/signed/vault';
import { deriveFromPassword, vaultKek } from '@secureconnect/crypto/kdf/derive';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { readAccountKeys, readEncryptionKeys } from '@secureconnect/crypto/vault/contents';
import { openVault } from '@secureconnect/crypto/vault/open-vault';
import { unlockVault } from '@secureconnect/crypto/vault/slots';
import { secretText, type Secret } from '../invariants/server-never-saw.js';
import { CookieJar } from './cookie-jar.js';
import type { Place } from './person.js';

/** What the account of a person consists of, in bytes: everything that nobody but its browser may ever have. */
export interface OpenedSecrets {
  /** May cross the wire, to be proved; may not be kept. */
  readonly authSecret: Secret;
  /** May neither cross the wire nor be kept. */
  readonly secrets: readonly Secret[];
}

/** Logs in with the cryptography alone and takes the account apart. */
export async function openSecrets(place: Place, username: string, password: string): Promise<OpenedSecrets> {
  const p = await loadPrimitives();
  const jar = new CookieJar(place.origin);
  const ask = async (method: string, route: string, body?: object): Promise<unknown> => {
    const response = await jar.fetch(`${place.endpoints.auth}/${route}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const kdfParams = fromBase64Url(
    KdfParamsText.parse(PreloginAnswer.parse(await ask('POST', 'prelogin', { username })).kdfParams),
  );
  const { authSecret, vaultPre } = await deriveFromPassword(p, { username, password, kdfParams });
  const login = LoginAnswer.parse(await ask('POST', 'login', { username, authSecret: toBase64Url(authSecret) }));
  const vault = Vault.parse(await ask('GET', 'vault'));
  await ask('POST', 'logout', {});

  const userId = idFromHex(login.session.userId);
  const kek = await vaultKek(p, { vaultPre, serverShare: fromBase64Url(login.serverShare), userId });
  const sealed = {
    header: fromBase64Url(vault.header),
    head: fromBase64Url(vault.head),
    items: vault.items.map(({ itemId, bytes }) => ({ itemId: idFromHex(itemId), bytes: fromBase64Url(bytes) })),
  };
  const vaultKey = await unlockVault(p, { header: sealed.header, userId, kek, kdfParams });
  const { items } = await openVault(p, { vault: sealed, userId, vaultKey });
  const header = readVaultHeader(sealed.header);
  const slot = header.slots[0]!;
  const place16 = new Uint8Array(5);
  const view = new DataView(place16.buffer);
  view.setUint8(0, slot.type);
  view.setUint16(1, slot.slotId);
  view.setUint16(3, slot.params.length);
  const associated = labelled('slot', concatBytes(userId, place16, slot.params, header.kdfParams.bytes));
  const masterKey = await p.aesGcmOpen(kek, slot.nonce, associated, slot.wrapped);
  return {
    authSecret: { name: 'auth secret', bytes: authSecret },
    secrets: [
      secretText('password', password),
      { name: 'vault half of the password', bytes: vaultPre },
      { name: 'vault key', bytes: masterKey },
      ...items.flatMap(({ type, content }) => privateParts(type, content)),
    ],
  };
}

/** The private parts of an item. (The modulus in an RSA key is public.) */
function privateParts(type: number, content: Bytes): Secret[] {
  if (type === VAULT_ITEM_TYPES.accountKeys) {
    const { ed25519, mldsa65 } = readAccountKeys(content);
    return [
      { name: 'Ed25519 seed', bytes: ed25519 },
      { name: 'ML-DSA seed', bytes: mldsa65 },
    ];
  }
  if (type !== VAULT_ITEM_TYPES.encryptionKeys) return [];
  const { rsaPkcs8, mlkemSeed } = readEncryptionKeys(content);
  const secrets = [{ name: 'ML-KEM seed', bytes: mlkemSeed.slice(0, 32) }];
  // The last 800 bytes are d's end, p, q, dp, dq and qinv (RFC 8017 A.1.2).
  for (let from = rsaPkcs8.length - 800; from + 64 <= rsaPkcs8.length; from += 64) {
    secrets.push({ name: `RSA private key at ${from}`, bytes: rsaPkcs8.slice(from, from + 64) });
  }
  return secrets;
}
