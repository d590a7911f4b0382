import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import { bundleHashPreimage, bundlePreimage } from '@secureconnect/contracts/signed/bundle';
import type { Bytes, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import {
  GROUP_ENTRY_TYPES,
  groupEntryHashPreimage,
  groupEntryPreimage,
  groupIdPreimage,
  type GroupEntryType,
} from '@secureconnect/contracts/signed/group-entry';
import { epochHashPreimage, epochPreimage } from '@secureconnect/contracts/signed/group-epoch';
import { growTree, hashedWith } from '@secureconnect/contracts/signed/hash-tree';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { labelled } from '@secureconnect/contracts/signed/labels';
import { letter, type Letter, type Person } from './letters.js';

const { subtle } = webcrypto;
const own = (...parts: Uint8Array[]): Bytes => new Uint8Array(Buffer.concat(parts));
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
const id = (hex: string) => Buffer.from(hex, 'hex');
export const sha256 = (bytes: Uint8Array): Bytes32 =>
  new Uint8Array(createHash('sha256').update(bytes).digest()) as Bytes32;

/** Account keys. Many people of a test may share them: what tells people apart is their id. */
export interface AccountKeys {
  readonly ed25519: webcrypto.CryptoKeyPair;
  readonly mldsa65: webcrypto.CryptoKeyPair;
  readonly rsaSpki: Uint8Array;
  readonly mlkem768: Uint8Array;
}

export async function accountKeys(): Promise<AccountKeys> {
  const pair = (algorithm: string, uses: string[]) =>
    subtle.generateKey(algorithm, true, uses as never) as Promise<webcrypto.CryptoKeyPair>;
  const kem = await pair('ML-KEM-768', ['encapsulateBits', 'decapsulateBits']);
  const rsa = await subtle.generateKey(
    { name: 'RSA-OAEP', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' },
    true,
    ['encrypt', 'decrypt'],
  );
  return {
    ed25519: await pair('Ed25519', ['sign', 'verify']),
    mldsa65: await pair('ML-DSA-65', ['sign', 'verify']),
    rsaSpki: new Uint8Array(await subtle.exportKey('spki', rsa.publicKey)),
    mlkem768: await raw(kem.publicKey),
  };
}

async function raw(key: webcrypto.CryptoKey): Promise<Uint8Array> {
  return new Uint8Array(await subtle.exportKey('raw-public' as 'raw', key));
}

/** Somebody with a published bundle, who can sign for a group. */
export interface Member extends Person {
  readonly account: AccountKeys;
  readonly bundle: Uint8Array;
  /** pin, bundleVer and bundleHash, as an entry names them: 68 bytes. */
  readonly named: Uint8Array;
}

export async function member(account: AccountKeys, bundles: Map<string, string>): Promise<Member> {
  const [userId, deviceId] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const [ed25519, mldsa65] = [await raw(account.ed25519.publicKey), await raw(account.mldsa65.publicKey)];
  const validity = [u64(Date.now() - 1_000), u64(Date.now() + 86_400_000)];
  const keys = [op16(ed25519), op16(mldsa65), u8(2), u8(1), op16(account.rsaSpki), u8(2), op16(account.mlkem768)];
  const head = [Buffer.from('SCI1'), u8(1), id(userId), randomBytes(32), u32(1), ...validity, Buffer.alloc(32), u32(1)];
  const signed = own(...head, ...keys, u8(0));
  const bundle = own(signed, await signatures(account, bundlePreimage(signed)));
  bundles.set(`${userId} 1`, toBase64Url(bundle));
  const named = own(sha256(labelled('pin', ed25519, mldsa65)), u32(1), sha256(bundleHashPreimage(bundle)));
  return { userId, deviceId, account, bundle, named };
}

/** Both signatures of an account: 3,373 bytes. */
export async function signatures({ ed25519, mldsa65 }: AccountKeys, preimage: Bytes): Promise<Uint8Array> {
  return own(
    new Uint8Array(await subtle.sign('Ed25519', ed25519.privateKey, preimage)),
    new Uint8Array(await subtle.sign('ML-DSA-65', mldsa65.privateKey, preimage)),
  );
}

/** What a test changes in an entry that would be right. */
export interface EntryChange {
  readonly seq?: number;
  readonly previousHash?: Uint8Array;
  readonly signedBy?: Member;
  readonly actor?: string;
  readonly device?: string;
  readonly timeMs?: number;
  readonly groupId?: string;
}

export interface EpochChange {
  readonly epoch?: number;
  readonly previousHash?: Uint8Array;
  readonly groupSeq?: number;
  readonly groupHead?: Uint8Array;
  readonly root?: Uint8Array;
  readonly size?: number;
  readonly signedBy?: Member;
  readonly committer?: string;
  readonly timeMs?: number;
  readonly bundleVer?: number;
}

export const PAYLOAD = {
  add: (who: Member) => own(id(who.userId), who.named),
  remove: (who: Person) => own(id(who.userId)),
  leave: () => own(),
  role: (who: Person, role: 'owner' | 'admin' | 'member') =>
    own(id(who.userId), u8(['owner', 'admin', 'member'].indexOf(role) + 1)),
  rename: (epoch = 1) => own(u64(epoch), op16(randomBytes(100))),
  policy: (bits: number) => own(u32(bits)),
} as const;

/** A group as its owner's client sees it: writes the next entry and the next epoch, signed. */
export class WrittenGroup {
  readonly id: string;
  seq = 0;
  head: Uint8Array = new Uint8Array(32);
  epoch = 0;
  epochHash: Uint8Array = new Uint8Array(32);
  members: Member[];
  readonly #random = randomBytes(32);

  constructor(readonly owner: Member) {
    this.members = [owner];
    this.id = Buffer.from(sha256(groupIdPreimage(idFromHex(owner.userId), own(this.#random) as Bytes32)))
      .subarray(0, 16)
      .toString('hex');
  }

  create(change: EntryChange = {}): Promise<Buffer> {
    return this.entry(this.owner, 'create', own(this.#random, this.owner.named, op16(randomBytes(100))), change);
  }

  /** The next entry; the group goes on from it once `accept` is told. */
  async entry(actor: Member, type: GroupEntryType, payload: Uint8Array, change: EntryChange = {}): Promise<Buffer> {
    const signed = own(
      Buffer.from('SCG1'),
      id(change.groupId ?? this.id),
      u64(change.seq ?? this.seq + 1),
      change.previousHash ?? this.head,
      u8(GROUP_ENTRY_TYPES[type]),
      id(change.actor ?? actor.userId),
      id(change.device ?? actor.deviceId),
      u64(change.timeMs ?? Date.now()),
      u32(payload.length),
      payload,
    );
    const account = (change.signedBy ?? actor).account;
    return Buffer.concat([signed, await signatures(account, groupEntryPreimage(signed))]);
  }

  accept(entry: Uint8Array): void {
    this.seq++;
    this.head = sha256(groupEntryHashPreimage(entry));
  }

  /** The next epoch for these members, with a wrap of noise for each. */
  async nextEpoch(committer: Member, change: EpochChange = {}, readers: readonly Member[] = this.members) {
    const wraps = [...readers]
      .sort((left, right) => (left.userId < right.userId ? -1 : 1))
      .map((reader) => own(id(reader.userId), u32(change.bundleVer ?? 1), randomBytes(256 + 1088 + 48)));
    const signed = own(
      Buffer.from('SCK1'),
      id(this.id),
      u64(change.epoch ?? this.epoch + 1),
      change.previousHash ?? this.epochHash,
      u64(change.groupSeq ?? this.seq),
      change.groupHead ?? this.head,
      id(change.committer ?? committer.userId),
      id(committer.deviceId),
      u64(change.timeMs ?? Date.now()),
      u16(change.size ?? wraps.length),
      change.root ?? hashedWith(growTree(wraps), sha256).root,
      randomBytes(32),
      randomBytes(68),
    );
    const signature = await signatures((change.signedBy ?? committer).account, epochPreimage(signed));
    return { epoch: Buffer.concat([signed, signature]), wraps: Buffer.concat(wraps) };
  }

  acceptEpoch(epoch: Uint8Array): void {
    this.epoch++;
    this.epochHash = sha256(epochHashPreimage(epoch));
  }

  /** An envelope for the group as it is now. */
  letter(from: Person, given: Letter = {}): Buffer {
    return letter(from, from, { group: { id: this.id, head: this.head, epoch: this.epoch }, ...given });
  }
}
