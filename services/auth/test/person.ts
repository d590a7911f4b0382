import { createHash, randomBytes, webcrypto } from 'node:crypto';
import type { RegisterRequest, ResetRequest, Vault, VaultItem, VaultPut } from '@secureconnect/contracts/auth';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import {
  bundleHashPreimage,
  bundlePreimage,
  KEY_CHANGES,
  usernameHashPreimage,
} from '@secureconnect/contracts/signed/bundle';
import type { Bytes, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { deviceCertPreimage, revocationPreimage } from '@secureconnect/contracts/signed/device';
import {
  vaultHeaderHashPreimage,
  vaultHeadPreimage,
  vaultItemHashPreimage,
  vaultItemsHashPreimage,
} from '@secureconnect/contracts/signed/vault';

const { subtle } = webcrypto;
const DAY_MS = 24 * 3_600_000;

export const hex = () => randomBytes(16).toString('hex');
export const sha256 = (bytes: Uint8Array): Bytes32 =>
  new Uint8Array(createHash('sha256').update(bytes).digest()) as Bytes32;
const u8 = (value: number) => Uint8Array.of(value);
const u16 = (value: number) => Uint8Array.of(value >> 8, value);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
};
const op16 = (bytes: Uint8Array) => Buffer.concat([u16(bytes.length), bytes]);
const id = (text: string) => Buffer.from(text, 'hex');
const own = (...parts: Uint8Array[]): Bytes => new Uint8Array(Buffer.concat(parts));

type Fields = Record<string, unknown>;
const field = <T>(changes: Fields, name: string, otherwise: T): T =>
  name in changes ? (changes[name] as T) : otherwise;

/** A person as the server meets one: account keys, a device, structures signed by them. It plays the client, byte by byte. */
export class Person {
  userId = hex();
  readonly deviceId = hex();
  readonly authSecret = toBase64Url(randomBytes(32));
  readonly serverShare = toBase64Url(randomBytes(32));
  readonly kdfParams: Bytes = own(u8(1), u32(600_000), u32(0), u8(0), u8(0), randomBytes(32));

  private constructor(
    readonly username: string,
    private readonly ed25519: webcrypto.CryptoKeyPair,
    private readonly mldsa65: webcrypto.CryptoKeyPair,
    private readonly rsaSpki: Uint8Array,
    private readonly mlkem768: Uint8Array,
  ) {}

  static async named(username: string): Promise<Person> {
    const ed25519 = await subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    const mldsa65 = (await subtle.generateKey('ML-DSA-65', true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
    const mlkem768 = (await subtle.generateKey('ML-KEM-768', true, [
      'encapsulateBits',
      'decapsulateBits',
    ] as never)) as webcrypto.CryptoKeyPair;
    const rsaOptions = {
      name: 'RSA-OAEP',
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: 'SHA-256',
    };
    const rsa = await subtle.generateKey(rsaOptions, true, ['encrypt', 'decrypt']);
    const kem = new Uint8Array(await subtle.exportKey('raw-public' as 'raw', mlkem768.publicKey));
    const spki = new Uint8Array(await subtle.exportKey('spki', rsa.publicKey));
    return new Person(username, ed25519 as webcrypto.CryptoKeyPair, mldsa65, spki, kem);
  }

  /** The same person with other keys, another device and another password: what starting fresh makes of somebody. */
  async anew(): Promise<Person> {
    const other = await Person.named(this.username);
    other.userId = this.userId;
    return other;
  }

  async #sign(preimage: Bytes): Promise<Uint8Array> {
    const classical = await subtle.sign('Ed25519', this.ed25519.privateKey, preimage);
    const postQuantum = await subtle.sign('ML-DSA-65', this.mldsa65.privateKey, preimage);
    return own(new Uint8Array(classical), new Uint8Array(postQuantum));
  }

  /**
   * @param changes - fields to write differently: userId, username, bundleVer, notBeforeMs, notAfterMs; previous (bytes of the bundle
   *   before), keyChange, coSigner (who signs as the old keys), encryption (whose encryption keys it names)
   */
  async bundle(changes: Fields = {}): Promise<Bytes> {
    const ed25519 = new Uint8Array(await subtle.exportKey('raw', this.ed25519.publicKey));
    const mldsa65 = new Uint8Array(await subtle.exportKey('raw-public' as 'raw', this.mldsa65.publicKey));
    const bundleVer = field<number>(changes, 'bundleVer', 1);
    const signed = own(
      Buffer.from('SCI1'),
      u8(1),
      id(field(changes, 'userId', this.userId)),
      sha256(usernameHashPreimage(field(changes, 'username', this.username))),
      u32(bundleVer),
      u64(field(changes, 'notBeforeMs', Date.now())),
      u64(field(changes, 'notAfterMs', Date.now() + 365 * DAY_MS)),
      'previous' in changes
        ? sha256(bundleHashPreimage(changes.previous as Uint8Array))
        : Buffer.alloc(32, bundleVer === 1 ? 0 : 1),
      u32(1),
      op16(ed25519),
      op16(mldsa65),
      u8(2),
      u8(1),
      op16(field<Person>(changes, 'encryption', this).rsaSpki),
      u8(2),
      op16(field<Person>(changes, 'encryption', this).mlkem768),
      u8(KEY_CHANGES.indexOf(field(changes, 'keyChange', 'none'))),
    );
    const coSigner = field<Person | null>(changes, 'coSigner', null);
    const preimage = bundlePreimage(signed);
    return own(signed, await this.#sign(preimage), ...(coSigner === null ? [] : [await coSigner.#sign(preimage)]));
  }

  /** @param changes - userId, deviceId, createdAtMs, expiresAtMs, ed25519 */
  async deviceCert(changes: Fields = {}): Promise<Bytes> {
    const device = await subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    const key = new Uint8Array(await subtle.exportKey('raw', (device as webcrypto.CryptoKeyPair).publicKey));
    const signed = own(
      Buffer.from('SCD1'),
      id(field(changes, 'userId', this.userId)),
      id(field(changes, 'deviceId', this.deviceId)),
      field<Uint8Array>(changes, 'ed25519', key),
      u64(field(changes, 'createdAtMs', Date.now())),
      u64(field(changes, 'expiresAtMs', Date.now() + 90 * DAY_MS)),
    );
    return own(signed, await this.#sign(deviceCertPreimage(signed)));
  }

  /** @param changes - userId, revokedAtMs */
  async revocation(deviceId: string, changes: Fields = {}): Promise<string> {
    const signed = own(
      Buffer.from('SCR1'),
      id(field(changes, 'userId', this.userId)),
      id(deviceId),
      u64(field(changes, 'revokedAtMs', Date.now())),
    );
    return toBase64Url(own(signed, await this.#sign(revocationPreimage(signed))));
  }

  item(content = 'sealed', itemId = hex(), type = 4): VaultItem {
    const ciphertext = Buffer.concat([Buffer.from(content), Buffer.alloc(16)]);
    const bytes = own(u8(1), u8(type), id(itemId), u64(1), randomBytes(12), u32(ciphertext.length), ciphertext);
    return { itemId, bytes: toBase64Url(bytes) } as VaultItem;
  }

  /** @param changes - userId, kdfParams, slots (types, by rising number) */
  header(seq: number, previous: Uint8Array | null, changes: Fields = {}): Bytes {
    return own(
      Buffer.from('SCV1'),
      u8(1),
      id(field(changes, 'userId', this.userId)),
      u64(seq),
      previous === null ? Buffer.alloc(32) : sha256(vaultHeaderHashPreimage(previous)),
      field(changes, 'kdfParams', this.kdfParams),
      u8(field(changes, 'slots', [1]).length),
      ...field(changes, 'slots', [1]).flatMap((type) => [
        u8(type),
        u16(1),
        op16(new Uint8Array(0)),
        randomBytes(12),
        randomBytes(48),
      ]),
    );
  }

  async head(header: Bytes, seq: number, items: readonly VaultItem[]): Promise<Bytes> {
    const hashes = items.map((item) => sha256(vaultItemHashPreimage(Buffer.from(item.bytes, 'base64url'))));
    const signed = own(sha256(vaultHeaderHashPreimage(header)), sha256(vaultItemsHashPreimage(hashes)), u64(seq));
    const signature = await subtle.sign('Ed25519', this.ed25519.privateKey, vaultHeadPreimage(signed));
    return own(signed, new Uint8Array(signature));
  }

  async firstVault(items: VaultItem[] = [this.item()], changes: Fields = {}): Promise<Vault> {
    const header = this.header(1, null, changes);
    return { seq: 1, header: toBase64Url(header), head: toBase64Url(await this.head(header, 1, items)), items };
  }

  /** The change that leads from `stored` to the given items. */
  async nextVault(
    stored: Pick<Vault, 'seq' | 'header' | 'items'>,
    items: readonly VaultItem[],
    changes: Fields = {},
  ): Promise<VaultPut> {
    const header = this.header(stored.seq + 1, Buffer.from(stored.header, 'base64url'), changes);
    const before = new Map(stored.items.map((item) => [item.itemId, item.bytes]));
    return {
      expectedSeq: stored.seq,
      header: toBase64Url(header),
      head: toBase64Url(await this.head(header, stored.seq + 1, items)),
      upserts: items.filter((item) => before.get(item.itemId) !== item.bytes),
      deletes: stored.items
        .filter((item) => !items.some((kept) => kept.itemId === item.itemId))
        .map((item) => item.itemId),
    };
  }

  async registration(changes: Fields = {}): Promise<RegisterRequest> {
    const request = {
      userId: this.userId,
      username: this.username,
      email: `${this.username}@example.org`,
      kdfParams: toBase64Url(this.kdfParams),
      authSecret: this.authSecret,
      serverShare: this.serverShare,
      vault: await this.firstVault(),
      bundle: toBase64Url(await this.bundle()),
      deviceCert: toBase64Url(await this.deviceCert()),
    };
    return { ...request, ...changes } as unknown as RegisterRequest;
  }

  /** What starts fresh, as this person with new keys: proven by `proof`, following the bundle `previous`. */
  async reset(proof: ResetRequest['proof'], previous: Uint8Array, changes: Fields = {}): Promise<ResetRequest> {
    const bundle = await this.bundle({ bundleVer: 2, previous, keyChange: 'reset' });
    const { username, kdfParams, authSecret, serverShare, vault, deviceCert } = await this.registration();
    const request = {
      username,
      proof,
      kdfParams,
      authSecret,
      serverShare,
      vault,
      bundle: toBase64Url(bundle),
      deviceCert,
    };
    return { ...request, ...changes };
  }
}

export const randomSecret = () => toBase64Url(randomBytes(32));
