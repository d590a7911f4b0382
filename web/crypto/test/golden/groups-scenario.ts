import { deterministicPrimitives } from '../kit/deterministic.js';
import { clientsOf, type GroupMemberClient } from '../kit/groups.js';
import { hex } from '../kit/hex.js';
import { makePerson } from '../kit/people.js';

/** Alice makes a group with Bob and Carol, renames it, removes Carol, and says something: every entry, epoch and kind once. Frozen like `scenario.ts`. */
export async function playGroups() {
  const { primitives: p, useRsaKey } = await deterministicPrimitives('SecureConnect golden structures, groups');
  const people = [];
  for (const [index, name] of ['alice', 'bobby', 'carol'].entries()) {
    useRsaKey(index);
    people.push(await makePerson(p, name));
  }
  const [, bob, carol] = people as [unknown, (typeof people)[0], (typeof people)[0]];
  const { store, clients } = clientsOf(p, people);
  const [asAlice, asBob, asCarol] = clients as [GroupMemberClient, GroupMemberClient, GroupMemberClient];
  await asAlice.create('Wandern');
  await asAlice.add(bob);
  await asAlice.add(carol);
  await asAlice.rotate();
  await Promise.all([asBob.sync(), asCarol.sync()]);
  await asAlice.change({ type: 'role', userId: bob.userId, role: 'admin' });
  await asAlice.change({ type: 'policy', anyoneRenames: true });
  await asAlice.rename('Klettern');
  await asAlice.change({ type: 'remove', userId: carol.userId });
  await asBob.sync();
  const epoch = await asBob.rotate();
  await asAlice.sync();
  const parts = {
    people: people.map(({ userId, username, bundle, device, secrets }) => ({
      userId,
      username,
      bundle,
      deviceCert: device.cert,
      secrets: {
        ed25519Seed: secrets.signing.ed25519,
        mldsa65Seed: secrets.signing.mldsa65,
        rsaPkcs8: secrets.encryption[0]!.rsaPkcs8,
        mlkem768Seed: secrets.encryption[0]!.mlkemSeed,
      },
    })),
    groupId: asAlice.state.groupId,
    head: asAlice.state.head,
    entries: store.entries,
    epochs: store.epochs,
    epochCode: epoch.code,
    text: await asAlice.text('nur wir zwei'),
    receipt: await asBob.send({ t: 'receipt', deliveredUpTo: [], readUpTo: [] }),
    typing: await asBob.send({ t: 'typing', on: true }),
  };
  const text = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? hex(value) : value);
  return JSON.parse(JSON.stringify(parts, text)) as object;
}
