import { type Bytes16, type Bytes32, concatBytes, type FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { readEpochWraps } from '@secureconnect/contracts/signed/group-epoch';
import { growTree, treePath } from '@secureconnect/contracts/signed/hash-tree';
import { openGroupEnvelope } from '@secureconnect/crypto/group/group-envelope';
import { openGroupName } from '@secureconnect/crypto/group/group-name';
import { hashed } from '@secureconnect/crypto/group/hashing';
import { openEpoch } from '@secureconnect/crypto/group/open-epoch';
import { type BundleLookup, replayGroup, seqOfHead, stateAt } from '@secureconnect/crypto/group/replay';
import { importAccount } from '@secureconnect/crypto/identity/account';
import { verifyDevice } from '@secureconnect/crypto/identity/device';
import { verifyIdentity } from '@secureconnect/crypto/identity/directory';
import { backEnds } from './kit/back-ends.js';
import { golden } from './kit/files.js';
import { hex, unhex } from './kit/hex.js';
import { NOW_MS } from './kit/people.js';

interface FrozenPerson {
  readonly userId: string;
  readonly username: string;
  readonly bundle: string;
  readonly deviceCert: string;
  readonly secrets: Record<'ed25519Seed' | 'mldsa65Seed' | 'rsaPkcs8' | 'mlkem768Seed', string>;
}
interface FrozenGroups extends Record<'text' | 'receipt' | 'typing', Record<'bytes' | 'hash', string>> {
  readonly people: readonly FrozenPerson[];
  readonly groupId: string;
  readonly head: string;
  readonly entries: readonly string[];
  readonly epochs: readonly { readonly bytes: string; readonly wraps: string }[];
  readonly epochCode: string;
}

const frozen = golden('groups.json') as FrozenGroups;

describe('a frozen group', () => {
  for (const p of backEnds) {
    it(`is replayed, opened and read by Bob (${p.backEnd})`, async () => {
      const identities = await Promise.all(
        frozen.people.map(({ userId, username, bundle }) =>
          verifyIdentity(p, { userId: unhex(userId) as Bytes16, username, bundles: [unhex(bundle)], nowMs: NOW_MS }),
        ),
      );
      const identityOf = (userId: Uint8Array) => identities.find((one) => hex(one.userId) === hex(userId))!;
      const lookUp: BundleLookup = (userId, bundleVer) =>
        Promise.resolve({ bundle: identityOf(userId).bundles.get(bundleVer)!, supersededAtMs: null });
      const replay = await replayGroup(p, null, frozen.entries.map(unhex), lookUp);
      const history = replay.history!;
      expect([replay.ok, hex(history.state.groupId), hex(history.state.head)]).toEqual([
        true,
        frozen.groupId,
        frozen.head,
      ]);

      const { userId, secrets } = frozen.people[1]!;
      const reader = await importAccount(p, unhex(userId) as Bytes16, {
        signing: { ed25519: unhex(secrets.ed25519Seed) as Bytes32, mldsa65: unhex(secrets.mldsa65Seed) as Bytes32 },
        encryption: [
          { bundleVer: 1, rsaPkcs8: unhex(secrets.rsaPkcs8), mlkemSeed: unhex(secrets.mlkem768Seed) as FixedBytes<64> },
        ],
      });
      const stored = frozen.epochs.at(-1)!;
      const wraps = readEpochWraps(unhex(stored.wraps));
      const index = wraps.findIndex((wrap) => hex(wrap.userId) === userId);
      const proof = treePath(await hashed(p, growTree(wraps.map(({ bytes }) => bytes))), index);
      const sealed = { epoch: unhex(stored.bytes), wrap: concatBytes(wraps[index]!.bytes), proof };
      const opening = await openEpoch(p, sealed, { history, reader, lookUp });
      if (!opening.ok) throw new Error(opening.refusal);
      const { epoch } = opening;
      expect([epoch.epoch, epoch.code]).toEqual([frozen.epochs.length, frozen.epochCode]);
      expect(await openGroupName(p, history.state, epoch.name!.key)).toBe('Klettern');

      const expected = { text: { body: 'nur wir zwei' }, receipt: { t: 'receipt' }, typing: { on: true } };
      for (const [name, inner] of Object.entries(expected)) {
        const { bytes, hash } = frozen[name as keyof typeof expected];
        const opened = await openGroupEnvelope(p, unhex(bytes), {
          groupId: history.state.groupId,
          newest: history.state,
          stateAtHead: (head) => Promise.resolve(stateAt(history, seqOfHead(history, head)!)),
          epochOf: () => Promise.resolve(epoch),
          sender: async ({ senderUser }) => {
            const person = frozen.people.find((one) => one.userId === hex(senderUser))!;
            const device = await verifyDevice(p, unhex(person.deviceCert), identityOf(senderUser).current);
            return { device, revokedAtMs: null, pin: 'accepted' };
          },
          clock: () => NOW_MS,
        });
        expect(opened).toMatchObject({ ok: true, inner });
        expect(hex(opened.hash!)).toBe(hash);
      }
    });
  }
});
