import type { Bytes16, Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { openEnvelope } from '@secureconnect/crypto/envelope/open';
import { sealEnvelope } from '@secureconnect/crypto/envelope/seal';
import { createAccount } from '@secureconnect/crypto/identity/account';
import { deriveFromPassword } from '@secureconnect/crypto/kdf/derive';
import { newKdfParams } from '@secureconnect/crypto/kdf/params';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { makePerson, NOW_MS, reading, sealInput } from '../kit/people.js';
import { groupRows, type Row } from './measure-groups.js';

export interface Measured {
  readonly what: string;
  /** Of PROTOCOL 11, in milliseconds. */
  readonly targetMs: number | null;
  readonly tookMs: number;
}

/** Median time of one run, in milliseconds: of `rounds` batches, each of `batch` runs one after the other. */
async function median(rounds: number, batch: number, run: () => Promise<unknown>): Promise<number> {
  await run();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now();
    for (let count = 0; count < batch; count++) await run();
    times.push((performance.now() - startedMs) / batch);
  }
  return times.toSorted((left, right) => left - right)[Math.floor(rounds / 2)]!;
}

/** The table of PROTOCOL 11, on this runtime, one thread. */
export async function measure(): Promise<readonly Measured[]> {
  const p = await loadPrimitives();
  const [alice, bob] = [await makePerson(p, 'alice'), await makePerson(p, 'bob')];
  const inner = { t: 'text', body: 'x'.repeat(1_000) } as const;
  const input = sealInput(p, alice, bob, { inner });
  const { bytes } = await sealEnvelope(p, input);
  const context = await reading(p, bob, alice);
  const recipient = bob.identity.current.recipient;
  const keys = bob.account.encryption.get(1)!;
  const secret = p.randomBytes(32);
  const wrapped = await p.rsaOaep.encrypt(recipient.rsa, secret);
  const { ciphertext } = await p.mlkem768.encapsulate(recipient.kem);
  const { signer } = alice.device;
  const signature = await p.ed25519.sign(signer, secret);
  const mldsa = await p.mldsa65.importSeed(p.randomBytes(32) as Bytes32);
  const kemSeed = p.randomBytes(64) as FixedBytes<64>;
  const kdfParams = newKdfParams(p);
  const page = await Promise.all(Array.from({ length: 50 }, () => sealEnvelope(p, input)));
  const account = () => createAccount(p, { userId: p.randomBytes(16) as Bytes16, username: 'carol', nowMs: NOW_MS });
  const derive = () => deriveFromPassword(p, { username: 'alice', password: 'secret', kdfParams });
  const openPage = () => Promise.all(page.map((sealed) => openEnvelope(p, sealed.bytes, context)));

  const rows: Row[] = [
    ['RSA-2048 make', 68, 15, 1, () => p.rsaOaep.generate()],
    ['RSA-OAEP wrap', 0.033, 15, 50, () => p.rsaOaep.encrypt(recipient.rsa, secret)],
    ['RSA-OAEP unwrap', 0.78, 15, 20, () => p.rsaOaep.decrypt(keys.rsa, wrapped)],
    ['ML-KEM-768 encaps', 0.028, 15, 50, () => p.mlkem768.encapsulate(recipient.kem)],
    ['ML-KEM-768 decaps', 0.038, 15, 50, () => p.mlkem768.decapsulate(keys.kem, ciphertext)],
    ['ML-KEM-768 import of a seed', null, 15, 20, () => p.mlkem768.importSeed(kemSeed)],
    ['Ed25519 sign', 0.058, 15, 50, () => p.ed25519.sign(signer, secret)],
    ['Ed25519 verify', 0.093, 15, 50, () => p.ed25519.verify(alice.verifiedDevice.verifier, signature, secret)],
    ['ML-DSA-65 sign', 0.44, 15, 20, () => p.mldsa65.sign(mldsa.signer, secret)],
    ['PBKDF2 600k', 84, 5, 1, derive],
    ['seal for 2 recipients, 1 KB', 0.3, 15, 20, () => sealEnvelope(p, input)],
    ['open, 1 KB', 1, 15, 20, () => openEnvelope(p, bytes, context)],
    // PROTOCOL 11 has 30 ms with two workers
    ['open a page of 50, one worker', 60, 7, 1, openPage],
    ['make an account', null, 5, 1, account],
    ...(await groupRows(p, alice, bob)),
  ];
  const measured: Measured[] = [];
  for (const [what, targetMs, rounds, batch, run] of rows) {
    measured.push({ what, targetMs, tookMs: await median(rounds, batch, run) });
  }
  return measured;
}
