import type { Bytes16, Bytes32 } from '@secureconnect/contracts/signed/bytes';
import { ackRootOf, type SeenHead } from '@secureconnect/crypto/envelope/acks';
import { directConversationId } from '@secureconnect/crypto/envelope/conversation-id';
import { sealEnvelope } from '@secureconnect/crypto/envelope/seal';
import { makeBundle, BUNDLE_LIFETIME_MS } from '@secureconnect/crypto/identity/bundle';
import { importAccount } from '@secureconnect/crypto/identity/account';
import { verifyIdentity } from '@secureconnect/crypto/identity/directory';
import { makeRevocation } from '@secureconnect/crypto/identity/device';
import { pinIdentity } from '@secureconnect/crypto/identity/pin';
import { deriveFromPassword, vaultKek } from '@secureconnect/crypto/kdf/derive';
import { newKdfParams } from '@secureconnect/crypto/kdf/params';
import { createVault } from '@secureconnect/crypto/vault/create-vault';
import type { SealedVault } from '@secureconnect/crypto/vault/head';
import { writeVault } from '@secureconnect/crypto/vault/write-vault';
import { type Deterministic, deterministicPrimitives } from '../kit/deterministic.js';
import { hex } from '../kit/hex.js';
import { makePerson, NOW_MS, type Person, sealInput } from '../kit/people.js';

/*
 * Alice and Bob sign up, Alice changes her keys and loses a device, they talk: every structure of the protocol once, from one seed.
 * What comes out is frozen beside this file. A difference is a change of the wire: it wants a new version, not a new file.
 */

async function keyDerivation({ primitives: p }: Deterministic) {
  const kdfParams = newKdfParams(p);
  // both are normalized: fullwidth and capital letters, a ligature, an umlaut in two code points
  const username = 'Ａlice.W';
  const password = 'pa\u0308sswörd \ufb01ve';
  const { authSecret, vaultPre } = await deriveFromPassword(p, { username, password, kdfParams });
  return { username, password, kdfParams, authSecret, vaultPre };
}

async function vaults({ primitives: p }: Deterministic, alice: Person, bob: Person) {
  const kdfParams = newKdfParams(p);
  const password = 'correct horse battery staple';
  const { vaultPre } = await deriveFromPassword(p, { username: 'alice', password, kdfParams });
  const serverShare = p.randomBytes(32);
  const kek = await vaultKek(p, { vaultPre, serverShare, userId: alice.userId });
  const first = await createVault(p, { kek, kdfParams, newAccount: alice });
  const pinned = { ...pinIdentity(bob.identity, NOW_MS), verifiedAtMs: NOW_MS + 5, method: 'compared' as const };
  const second = await writeVault(p, first.opened, { pins: [pinned] });
  const written = (vault: SealedVault) => ({
    header: vault.header,
    head: vault.head,
    items: vault.items.map(({ itemId, bytes }) => ({ itemId, bytes })),
  });
  return {
    password,
    kdfParams,
    serverShare,
    userId: alice.userId,
    firstSeen: { ...written(first.vault), seq: 1, hash: first.opened.mark.hash },
    withPin: {
      ...written({ ...second.put, items: [...first.vault.items, ...second.put.upserts] }),
      seq: 2,
      hash: second.opened.mark.hash,
    },
  };
}

/** Alice's second bundle: other account keys, signed by the old ones too. */
async function rotation({ primitives: p, useRsaKey }: Deterministic, alice: Person) {
  useRsaKey(2);
  const signing = { ed25519: p.randomBytes(32) as Bytes32, mldsa65: p.randomBytes(32) as Bytes32 };
  const { pkcs8 } = await p.rsaOaep.generate();
  const mlkemSeed = p.randomBytes(64) as (typeof alice.secrets.encryption)[0]['mlkemSeed'];
  const secrets = { signing, encryption: [{ bundleVer: 2, rsaPkcs8: pkcs8, mlkemSeed }] };
  const account = await importAccount(p, alice.userId, secrets);
  const keys = account.encryption.get(2)!;
  const bundle = await makeBundle(p, {
    userId: alice.userId,
    username: alice.username,
    bundleVer: 2,
    notBeforeMs: NOW_MS,
    notAfterMs: NOW_MS + BUNDLE_LIFETIME_MS,
    previousBundleHash: alice.identity.current.hash,
    signer: account,
    previousSigner: alice.account,
    rsaSpki: keys.rsaSpki,
    mlkem768: keys.kemPublicKey,
  });
  const bundles = [alice.bundle, bundle];
  const identity = await verifyIdentity(p, { userId: alice.userId, username: alice.username, bundles, nowMs: NOW_MS });
  return { bundle, pin: identity.pin, hash: identity.current.hash };
}

async function envelopes({ primitives: p }: Deterministic, alice: Person, bob: Person) {
  const first = await sealEnvelope(p, sealInput(p, alice, bob));
  const seen: SeenHead[] = [{ deviceId: alice.device.deviceId, seq: 1, hash: first.hash }];
  const reply = await sealEnvelope(
    p,
    sealInput(p, bob, alice, { inner: { t: 'text', body: 'Grüße 👋\n"quoted"' }, seen }),
  );
  const second = await sealEnvelope(p, sealInput(p, alice, bob, { senderSeq: 2, previousHash: first.hash }));
  const deliveredUpTo = [{ deviceId: alice.device.deviceId, seq: 2 }];
  const receipt = { t: 'receipt', deliveredUpTo, readUpTo: deliveredUpTo } as const;
  const callId = p.randomBytes(16) as Bytes16;
  const signal = { t: 'signal', callId, data: '{"sdp":"v=0\\r\\n"}' } as const;
  return {
    conversationId: await directConversationId(p, alice.userId, bob.userId),
    ackRoot: await ackRootOf(p, seen),
    first,
    reply,
    second,
    receipt: await sealEnvelope(p, sealInput(p, bob, alice, { inner: receipt })),
    signal: await sealEnvelope(p, sealInput(p, alice, bob, { inner: signal, senderSeq: 7 })),
    callId,
  };
}

function published(person: Person) {
  const { userId, username, bundle, device, identity, secrets } = person;
  return {
    userId,
    username,
    bundle,
    bundleHash: identity.current.hash,
    pin: identity.pin,
    deviceId: device.deviceId,
    deviceCert: device.cert,
    secrets: {
      ed25519Seed: secrets.signing.ed25519,
      mldsa65Seed: secrets.signing.mldsa65,
      rsaPkcs8: secrets.encryption[0]!.rsaPkcs8,
      mlkem768Seed: secrets.encryption[0]!.mlkemSeed,
    },
  };
}

/** Everything as it is frozen: bytes as hex. */
export async function playScenario(): Promise<Record<'kdf' | 'identities' | 'vaults' | 'envelopes', unknown>> {
  const source = await deterministicPrimitives('SecureConnect golden structures, suite 1');
  const { primitives: p, useRsaKey } = source;
  useRsaKey(0);
  const alice = await makePerson(p, 'alice');
  useRsaKey(1);
  const bob = await makePerson(p, 'bob');
  const kdf = await keyDerivation(source);
  const revocation = await makeRevocation(p, {
    account: alice.account,
    deviceId: alice.device.deviceId,
    nowMs: NOW_MS + 60_000,
  });
  const identities = { nowMs: NOW_MS, alice: { ...published(alice), revocation }, bob: published(bob) };
  const parts = {
    kdf,
    identities: { ...identities, aliceRotated: await rotation(source, alice) },
    vaults: await vaults(source, alice, bob),
    envelopes: await envelopes(source, alice, bob),
  };
  const text = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? hex(value) : value);
  return JSON.parse(JSON.stringify(parts, text)) as typeof parts;
}
