import { randomBytes, subtle } from 'node:crypto';
import { Secret } from '@secureconnect/platform/config/secret';
import { PasswordVerifier } from '../src/accounts/password-verifier.js';

jest.setTimeout(60_000);

const secret = () => randomBytes(32).toString('base64url');
/** As cheap as bcrypt goes: what is tried here is the order of things. */
const CHEAP = 4;

describe('the verifier of passwords', () => {
  let verifier: PasswordVerifier;

  beforeAll(async () => {
    verifier = await PasswordVerifier.create(new Secret(secret()), CHEAP);
  });
  afterAll(() => verifier.onModuleDestroy());

  it('knows the secret it was made of, and no other', async () => {
    const alices = secret();
    const made = await verifier.make(alices);
    expect(await verifier.matches(alices, made)).toBe(true);
    expect(await verifier.matches(secret(), made)).toBe(false);
    expect(await verifier.matches(alices, null)).toBe(false);
  });

  it('answers all that wait in turn, and asks those beyond 200 to come again', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 300 }, () => verifier.matches(secret(), null)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(300 - 202);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'unavailable' });
    // And is as it was before.
    expect(await Promise.all(Array.from({ length: 202 }, () => verifier.matches(secret(), null)))).toHaveLength(202);
  });

  it('leaves room for signatures while a flood of guesses waits', async () => {
    const slow = await PasswordVerifier.create(new Secret(secret()), 6);
    let answered = 0;
    const flood = Array.from({ length: 100 }, () => slow.matches(secret(), null).then(() => answered++));
    const { privateKey } = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, new Uint8Array(32));
    expect(answered).toBeLessThan(50);
    await Promise.all(flood);
    await slow.onModuleDestroy();
  });

  it('asks whoever still waits at its end to come again', async () => {
    const ending = await PasswordVerifier.create(new Secret(secret()), CHEAP);
    const waiting = Array.from({ length: 50 }, () => ending.matches(secret(), null));
    const outcomes = Promise.allSettled(waiting);
    await ending.onModuleDestroy();
    const lost = (await outcomes).filter((outcome) => outcome.status === 'rejected');
    expect(lost.length).toBeGreaterThan(0);
    for (const { reason } of lost) expect(reason).toMatchObject({ code: 'unavailable' });
    await expect(ending.matches(secret(), null)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
