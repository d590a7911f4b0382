import { type Bytes, type Bytes16, type Bytes32, concatBytes } from '@secureconnect/contracts/signed/bytes';
import {
  GROUP_ENTRY_TYPES,
  groupEntryHashPreimage,
  groupEntryPreimage,
  type GroupPayload,
  GROUP_POLICY_ANYONE_RENAMES,
  GROUP_ROLES,
  groupIdPreimage,
  type MemberKeys,
  readGroupEntry,
} from '@secureconnect/contracts/signed/group-entry';
import { foldGroup, type GroupState, type HashedEntry } from '@secureconnect/contracts/signed/group-rules';
import { CryptoError } from '../crypto-error.js';
import { ByteWriter } from '../encoding/byte-writer.js';
import type { VerifiedBundle } from '../identity/bundle.js';
import type { Account } from '../identity/keys.js';
import { signAsAccount } from '../identity/signatures.js';
import type { Primitives } from '../primitives/primitives.js';
import type { OpenedEpoch } from './epoch-keys.js';
import { type NameKey, nameKeyOf, sealGroupName } from './group-name.js';

/** Who writes an entry. */
export interface GroupActor {
  readonly account: Account;
  readonly deviceId: Bytes16;
}

/** A signed entry, and what the log comes to with it. */
export interface WrittenEntry {
  readonly bytes: Bytes;
  readonly state: GroupState;
}

/** A member's keys as an entry states them: of the verified bundle that is current now, and whose pin stands. */
export function memberKeys({ bundle, hash, pin }: VerifiedBundle): MemberKeys {
  return { pin, bundleVer: bundle.bundleVer, bundleHash: hash };
}

const writeKeys = (writer: ByteWriter, { pin, bundleVer, bundleHash }: MemberKeys) =>
  writer.raw(pin).u32(bundleVer).raw(bundleHash);

function payloadBytes(payload: GroupPayload): Bytes {
  const writer = new ByteWriter();
  switch (payload.type) {
    case 'create':
      return writeKeys(writer.raw(payload.random), payload.creator).op16(payload.sealedName).finish();
    case 'add':
      return writeKeys(writer.raw(payload.userId), payload.keys).finish();
    case 'remove':
      return writer.raw(payload.userId).finish();
    case 'leave':
      return writer.finish();
    case 'role':
      return writer.raw(payload.userId).u8(GROUP_ROLES[payload.role]).finish();
    case 'rename':
      return writer.u64(payload.nameEpoch).op16(payload.sealedName).finish();
    case 'policy':
      return writer.u32(payload.anyoneRenames ? GROUP_POLICY_ANYONE_RENAMES : 0).finish();
  }
}

/** First 16 bytes of H(L("group-id") || creator || random) (PROTOCOL 6.1). */
async function deriveGroupId(p: Primitives, creator: Bytes16, random: Bytes32): Promise<Bytes16> {
  return (await p.sha256(groupIdPreimage(creator, random))).slice(0, 16) as Bytes16;
}

/** Reads an entry and hashes what the rules want hashed. @throws SignedFormatError */
export async function hashEntry(p: Primitives, bytes: Uint8Array): Promise<HashedEntry> {
  const entry = readGroupEntry(bytes);
  const { payload, actorUser } = entry;
  const hash = await p.sha256(groupEntryHashPreimage(entry.bytes));
  const derivedId = payload.type === 'create' ? await deriveGroupId(p, actorUser, payload.random) : null;
  return { entry, hash, derivedId };
}

async function signEntry(
  p: Primitives,
  actor: GroupActor,
  place: { readonly groupId: Bytes16; readonly before: GroupState | null; readonly nowMs: number },
  payload: GroupPayload,
): Promise<WrittenEntry> {
  const { groupId, before, nowMs } = place;
  const signed = new ByteWriter()
    .magic('SCG1')
    .raw(groupId)
    .u64((before?.seq ?? 0) + 1)
    .raw(before?.head ?? new Uint8Array(32))
    .u8(GROUP_ENTRY_TYPES[payload.type])
    .raw(actor.account.userId)
    .raw(actor.deviceId)
    .u64(nowMs)
    .op32(payloadBytes(payload))
    .finish();
  const bytes = concatBytes(signed, await signAsAccount(p, actor.account, groupEntryPreimage(signed)));
  const hashed = await hashEntry(p, bytes);
  const fold = before === null ? foldGroup(null, [hashed]) : foldGroup(before, [hashed]);
  if (!fold.ok) throw new CryptoError('group-refused');
  return { bytes, state: fold.state };
}

/**
 * The first entry of a new group, of which the actor is the owner (PROTOCOL 6.1). Keep `nameKey` until the first epoch is made, which
 * carries it to the others: nothing else does.
 * @param input.bundle - the actor's own current bundle
 * @throws CryptoError `content-invalid` for the name
 */
export async function createGroup(
  p: Primitives,
  actor: GroupActor,
  input: { readonly bundle: VerifiedBundle; readonly name: string; readonly nowMs: number },
): Promise<WrittenEntry & { readonly nameKey: NameKey }> {
  const random = p.randomBytes(32) as Bytes32;
  const nameKey = p.randomBytes(32) as NameKey;
  const groupId = await deriveGroupId(p, actor.account.userId, random);
  const place = { groupId, seq: 1, previousHash: new Uint8Array(32) as Bytes32 };
  const sealedName = await sealGroupName(p, nameKey, place, input.name);
  const creator = memberKeys(input.bundle);
  const payload: GroupPayload = { type: 'create', random, creator, sealedName };
  return { ...(await signEntry(p, actor, { groupId, before: null, nowMs: input.nowMs }, payload)), nameKey };
}

/** What an actor may ask for after the creation. */
export type GroupChange = Exclude<GroupPayload, { readonly type: 'create' | 'rename' }>;

/** The next entry of a log. @throws CryptoError `group-refused` where the rules of PROTOCOL 6.2 do not allow it */
export function changeGroup(
  p: Primitives,
  actor: GroupActor,
  before: GroupState,
  change: GroupChange,
  nowMs: number,
): Promise<WrittenEntry> {
  return signEntry(p, actor, { groupId: before.groupId, before, nowMs }, change);
}

/** Another name, for which the current epoch gives the key. @throws CryptoError `group-refused`; `content-invalid` for the name */
export async function renameGroup(
  p: Primitives,
  actor: GroupActor,
  before: GroupState,
  input: { readonly epoch: OpenedEpoch; readonly name: string; readonly nowMs: number },
): Promise<WrittenEntry> {
  const { groupId } = before;
  const { epoch, name, nowMs } = input;
  const place = { groupId, seq: before.seq + 1, previousHash: before.head };
  const key = await nameKeyOf(p, epoch.key, { groupId, epoch: epoch.epoch, seq: place.seq });
  const sealedName = await sealGroupName(p, key, place, name);
  const payload: GroupPayload = { type: 'rename', nameEpoch: epoch.epoch, sealedName };
  return signEntry(p, actor, { groupId, before, nowMs }, payload);
}
