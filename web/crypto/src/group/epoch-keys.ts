import { type Bytes, type Bytes16, type Bytes32, concatBytes, isZero } from '@secureconnect/contracts/signed/bytes';
import type { EnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import type { GroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import { label, labelled } from '@secureconnect/contracts/signed/labels';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { WrapContext } from '../envelope/key-wrap.js';
import type { AesKey, HkdfKey, Primitives } from '../primitives/primitives.js';
import type { NameKey } from './group-name.js';

declare const secret: unique symbol;
/** An epoch's secret as a handle: derives every message key, cannot be read, and fits IndexedDB. */
export type EpochKey = HkdfKey & { readonly [secret]: 'epoch' };

/** An epoch that this account can read and write under. */
export interface OpenedEpoch {
  readonly groupId: Bytes16;
  readonly epoch: number;
  readonly hash: Bytes32;
  readonly groupSeq: number;
  readonly groupHead: Bytes32;
  readonly committerUser: Bytes16;
  readonly timeMs: number;
  readonly key: EpochKey;
  /** Key of the group's name and the entry that carries it, as the committer knew them; null where it knew none. */
  readonly name: { readonly seq: number; readonly key: NameKey } | null;
  /** 30 digits that all members compare (PROTOCOL 6.9): the same for whoever has the same epoch of the same log. */
  readonly code: string;
}

const EMPTY: Bytes = new Uint8Array(0);

/** What ties a wrap to one epoch in one place (PROTOCOL 6.4). */
export async function epochWrapContext(
  p: Primitives,
  epoch: Pick<GroupEpoch, 'groupId' | 'epoch' | 'groupHead' | 'previousEpochHash' | 'committerUser'>,
): Promise<WrapContext> {
  const { groupId, groupHead, previousEpochHash, committerUser } = epoch;
  const place = new ByteWriter().raw(groupId).u64(epoch.epoch).raw(groupHead).raw(previousEpochHash).finish();
  const messageId = (await p.sha256(labelled('epoch-wrap', place))).slice(0, 16) as Bytes16;
  return { senderUser: committerUser, conversationId: groupId, messageId };
}

/** epochCommit: one epoch cannot open differently for two members. */
export async function epochCommitment(p: Primitives, key: EpochKey): Promise<Bytes32> {
  return (await p.hkdf(key, EMPTY, label('epoch-commit'), 32)) as Bytes32;
}

/** Content key of one envelope (PROTOCOL 6.7): no two envelopes of honest members share one. */
export async function groupContentKey(
  p: Primitives,
  key: EpochKey,
  header: Pick<
    EnvelopeHeader,
    'kind' | 'conversationId' | 'messageId' | 'senderUser' | 'senderDevice' | 'senderSeq' | 'epoch'
  >,
): Promise<Bytes32> {
  const info = new ByteWriter()
    .raw(header.conversationId)
    .u64(header.epoch)
    .raw(header.senderUser)
    .raw(header.senderDevice)
    .u8(header.kind)
    .u64(header.senderSeq)
    .finish();
  return (await p.hkdf(key, header.messageId, labelled('gmsg', info), 32)) as Bytes32;
}

type InfoPlace = Pick<GroupEpoch, 'groupId' | 'epoch' | 'groupHead'>;

function infoAssociated({ groupId, epoch, groupHead }: InfoPlace): Bytes {
  return labelled('epoch-info', new ByteWriter().raw(groupId).u64(epoch).raw(groupHead).finish());
}

async function infoKey(p: Primitives, key: EpochKey): Promise<AesKey> {
  return p.importAes(await p.hkdf(key, EMPTY, label('epoch-info'), 32));
}

/** nonce[12] | AES-256-GCM(u64 seq | key[32]), 68 bytes; seq 0 and a zero key for a name that the committer does not know. */
export async function sealEpochInfo(
  p: Primitives,
  key: EpochKey,
  place: InfoPlace,
  name: OpenedEpoch['name'],
): Promise<Bytes> {
  const nonce = p.randomBytes(12);
  const content = new ByteWriter()
    .u64(name?.seq ?? 0)
    .raw(name?.key ?? new Uint8Array(32))
    .finish();
  return concatBytes(nonce, await p.aesGcmSeal(await infoKey(p, key), nonce, infoAssociated(place), content));
}

/** Rejects where it does not open. */
export async function openEpochInfo(
  p: Primitives,
  key: EpochKey,
  place: InfoPlace,
  sealed: Bytes,
): Promise<OpenedEpoch['name']> {
  const content = await p.aesGcmOpen(
    await infoKey(p, key),
    sealed.slice(0, 12),
    infoAssociated(place),
    sealed.slice(12),
  );
  const seq = Number(new DataView(content.buffer).getBigUint64(0));
  const nameKey = content.slice(8, 40);
  return seq === 0 || isZero(nameKey) ? null : { seq, key: nameKey as NameKey };
}

/** Six groups of five digits of H(L("epoch-code") || epochHash). */
export async function epochCode(p: Primitives, hash: Bytes32): Promise<string> {
  const digest = await p.sha256(labelled('epoch-code', hash));
  const view = new DataView(digest.buffer, digest.byteOffset);
  return Array.from({ length: 6 }, (_, group) => {
    const number = view.getUint32(5 * group) * 256 + view.getUint8(5 * group + 4);
    return String(number % 100_000).padStart(5, '0');
  }).join('');
}
