import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { growTree, treePath } from '@secureconnect/contracts/signed/hash-tree';
import { readEpochWraps } from '@secureconnect/contracts/signed/group-epoch';
import type { GroupState } from '@secureconnect/contracts/signed/group-rules';
import { changeGroup, createGroup, memberKeys } from '@secureconnect/crypto/group/entries';
import { openGroupEnvelope, sealGroupEnvelope } from '@secureconnect/crypto/group/group-envelope';
import { hashed } from '@secureconnect/crypto/group/hashing';
import { makeEpoch } from '@secureconnect/crypto/group/make-epoch';
import { openEpoch } from '@secureconnect/crypto/group/open-epoch';
import { type BundleLookup, replayGroup, stateAt } from '@secureconnect/crypto/group/replay';
import { makeBundle, verifyBundle, type VerifiedBundle } from '@secureconnect/crypto/identity/bundle';
import { safetyKeysOf, safetyNumber } from '@secureconnect/crypto/identity/safety-number';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { bundleInput } from '../kit/bundles.js';
import { NOW_MS, type Person, ZERO_HASH } from '../kit/people.js';

export type Row = [what: string, targetMs: number | null, rounds: number, batch: number, run: () => Promise<unknown>];

const SIZE = 256;

/** Bundles of 255 users who all have Bob's keys: what counts here does not know the difference. */
async function crowd(p: Primitives, bob: Person): Promise<VerifiedBundle[]> {
  const bundles: VerifiedBundle[] = [];
  for (let index = 1; index < SIZE; index++) {
    const userId = new Uint8Array(16).fill(index) as Bytes16;
    const bytes = await makeBundle(p, bundleInput(bob, { userId, username: `user${index}` }));
    bundles.push(await verifyBundle(p, bytes, { userId }));
  }
  return bundles;
}

async function makeLog(p: Primitives, alice: Person, others: readonly VerifiedBundle[]) {
  const actor = { account: alice.account, deviceId: alice.device.deviceId };
  const created = await createGroup(p, actor, { bundle: alice.identity.current, name: 'Everybody', nowMs: NOW_MS });
  const entries = [created.bytes];
  let state: GroupState = created.state;
  for (const bundle of others) {
    const change = { type: 'add', userId: bundle.bundle.userId, keys: memberKeys(bundle) } as const;
    const written = await changeGroup(p, actor, state, change, NOW_MS);
    entries.push(written.bytes);
    state = written.state;
  }
  return { entries, state, name: { seq: 1, key: created.nameKey }, actor };
}

/** What groups of 256 cost, and a safety number: the rest of the table of PROTOCOL 11. */
export async function groupRows(p: Primitives, alice: Person, bob: Person): Promise<readonly Row[]> {
  const others = await crowd(p, bob);
  const bundles = [alice.identity.current, ...others];
  const log = await makeLog(p, alice, others);
  const lookUp: BundleLookup = (userId) => {
    const bundle = String(userId) === String(alice.userId) ? alice.identity.current : null;
    return Promise.resolve(bundle && { bundle, supersededAtMs: null });
  };
  const rotate = () =>
    makeEpoch(p, log.actor, { group: log.state, newest: null, bundles, name: log.name, nowMs: NOW_MS });
  const made = await rotate();
  const wraps = readEpochWraps(made.wraps);
  const index = wraps.findIndex(({ userId }) => String(userId) === String(alice.userId));
  const proof = treePath(await hashed(p, growTree(wraps.map(({ bytes }) => bytes))), index);
  const sealedEpoch = { epoch: made.bytes, wrap: wraps[index]!.bytes, proof };
  const { history } = await replayGroup(p, null, log.entries, lookUp);
  const letter = {
    sender: { userId: alice.userId, deviceId: alice.device.deviceId, signer: alice.device.signer, bundleVer: 1 },
    group: log.state,
    epoch: made.opened,
    messageId: p.randomBytes(16) as Bytes16,
    senderSeq: 1,
    previousHash: ZERO_HASH,
    sentAtMs: NOW_MS,
    inner: { t: 'text', body: 'x'.repeat(1_000) } as const,
  };
  const { bytes } = await sealGroupEnvelope(p, letter);
  const context = {
    groupId: log.state.groupId,
    newest: log.state,
    stateAtHead: () => Promise.resolve(log.state),
    epochOf: () => Promise.resolve(made.opened),
    sender: () => Promise.resolve({ device: alice.verifiedDevice, revokedAtMs: null, pin: 'accepted' as const }),
  };
  const people = { own: safetyKeysOf(alice.account), peer: bob.identity.current.bundle };
  return [
    ['safety number', null, 5, 1, () => safetyNumber(p, people)],
    ['group of 256: sign its log', null, 3, 1, () => makeLog(p, alice, others)],
    ['group of 256: replay its log', null, 3, 1, () => replayGroup(p, null, log.entries, lookUp)],
    ['group of 256: fold it again', null, 5, 1, () => Promise.resolve(stateAt(history!, SIZE - 1))],
    ['group of 256: make an epoch', null, 5, 1, rotate],
    [
      'group of 256: open an epoch',
      null,
      5,
      1,
      () => openEpoch(p, sealedEpoch, { history: history!, reader: alice.account, lookUp }),
    ],
    ['group: seal, 1 KB', null, 15, 20, () => sealGroupEnvelope(p, letter)],
    ['group: open, 1 KB', null, 15, 20, () => openGroupEnvelope(p, bytes, context)],
  ];
}
