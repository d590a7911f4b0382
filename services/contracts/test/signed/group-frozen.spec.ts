import { createHash, createPublicKey, verify } from 'node:crypto';
import { fromHex, toHex } from '@secureconnect/contracts/encoding';
import { LIMITS } from '@secureconnect/contracts/limits';
import { readBundle } from '@secureconnect/contracts/signed/bundle';
import { asBytes16, asBytes32, type Bytes } from '@secureconnect/contracts/signed/bytes';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { refuseEpoch } from '@secureconnect/contracts/signed/epoch-rules';
import {
  groupEntryHashPreimage,
  groupEntryPreimage,
  groupIdPreimage,
  readGroupEntry,
} from '@secureconnect/contracts/signed/group-entry';
import { epochHashPreimage, readEpochWraps, readGroupEpoch } from '@secureconnect/contracts/signed/group-epoch';
import { foldGroup, type GroupState, type HashedEntry } from '@secureconnect/contracts/signed/group-rules';
import { growTree, hashedWith } from '@secureconnect/contracts/signed/hash-tree';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { groups } from './frozen.js';

// What the clients' cryptography made, read and judged as a server does it: with synchronous hashes, and without a key.

const sha256 = (preimage: Bytes) => asBytes32(new Uint8Array(createHash('sha256').update(preimage).digest()));
const entries = groups.entries.map((text): HashedEntry => {
  const entry = readGroupEntry(fromHex(text));
  const { payload, actorUser } = entry;
  const derived = payload.type === 'create' ? sha256(groupIdPreimage(actorUser, payload.random)).slice(0, 16) : null;
  const hash = sha256(groupEntryHashPreimage(entry.bytes));
  return { entry, hash, derivedId: derived === null ? null : asBytes16(derived) };
});

function stateAfter(count: number): GroupState {
  const fold = foldGroup(null, entries.slice(0, count) as [HashedEntry]);
  if (!fold.ok) throw new Error(fold.refusal);
  return fold.state;
}

describe('a frozen group, as a server has it', () => {
  it('is what its log makes it', () => {
    const state = stateAfter(entries.length);
    expect([toHex(state.groupId), toHex(state.head), state.seq]).toEqual([groups.groupId, groups.head, 7]);
    const [alice, bob] = groups.people;
    expect([...state.members.values()].map(({ userId, role }) => [idToHex(userId), role])).toEqual([
      [alice!.userId, 'owner'],
      [bob!.userId, 'admin'],
    ]);
    expect(state).toMatchObject({ anyoneRenames: true, name: { seq: 6, epoch: 2 } });
  });

  it('has entries that their actors signed, and that are no larger than the wire allows', () => {
    for (const { entry } of entries) {
      const actor = groups.people.find(({ userId }) => userId === idToHex(entry.actorUser))!;
      const { ed25519 } = readBundle(fromHex(actor.bundle));
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(ed25519).toString('base64url') };
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      expect(verify(null, groupEntryPreimage(entry.signed), key, entry.signatures.ed25519)).toBe(true);
      expect(entry.bytes.length).toBeLessThanOrEqual(LIMITS.groupEntryMaxBytes);
    }
  });

  it('has epochs that follow, each for the members of its head', () => {
    let newest: { epoch: number; hash: ReturnType<typeof sha256> } | null = null;
    for (const { bytes, wraps: written } of groups.epochs) {
      const epoch = readGroupEpoch(fromHex(bytes));
      const wraps = readEpochWraps(fromHex(written));
      const { root } = hashedWith(growTree(wraps.map((wrap) => wrap.bytes)), sha256);
      expect(refuseEpoch(stateAfter(epoch.groupSeq), newest, epoch, { wraps, root })).toBeNull();
      expect(refuseEpoch(stateAfter(epoch.groupSeq), newest, epoch, { wraps, root: sha256(root) })).toBe('wrong-wraps');
      newest = { epoch: epoch.epoch, hash: sha256(epochHashPreimage(epoch.bytes)) };
    }
    expect(newest?.epoch).toBe(groups.epochs.length);
  });

  it('has messages of which it sees the group, the head and the epoch, and no readers', () => {
    for (const [name, kind] of [
      ['text', 2],
      ['receipt', 6],
      ['typing', 7],
    ] as const) {
      const { header, wraps } = readEnvelope(fromHex(groups[name].bytes));
      expect([header.kind, header.epoch, wraps.length]).toEqual([kind, groups.epochs.length, 0]);
      expect([toHex(header.conversationId), toHex(header.groupHead)]).toEqual([groups.groupId, groups.head]);
    }
  });
});
