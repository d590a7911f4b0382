import type { Vault, VaultPut } from '@secureconnect/contracts/auth';
import { Vault as VaultSchema } from '@secureconnect/contracts/auth';
import { LIMITS } from '@secureconnect/contracts/limits';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import { hex, Person } from '../person.js';
import { AuthUnderTest, type Browser } from './auth-under-test.js';

jest.setTimeout(60_000);

describe('a vault', () => {
  let under: AuthUnderTest;
  let alice: Person;
  let browser: Browser;
  let names = 0;

  beforeAll(async () => {
    under = await AuthUnderTest.start();
  });

  beforeEach(async () => {
    alice = await Person.named(`alice${String(names++)}`);
    browser = under.browser();
    await browser.register(alice);
  });

  afterAll(async () => {
    await under.stop();
  });

  const read = async (): Promise<Vault> => VaultSchema.parse((await browser.get('vault')).body);
  const put = (change: unknown) => browser.ask('PUT', 'vault', change);

  it('comes back as it was stored', async () => {
    const items = [alice.item('one'), alice.item('two')];
    const stored = await read();
    const change = await alice.nextVault(stored, items);
    expect(await put(change)).toMatchObject({ status: 200, body: { seq: 2 } });
    const vault = await read();
    expect(vault).toMatchObject({ seq: 2, header: change.header, head: change.head });
    const byId = (a: { itemId: string }, b: { itemId: string }) => (a.itemId < b.itemId ? -1 : 1);
    expect(vault.items.toSorted(byId)).toEqual(items.toSorted(byId));
  });

  it('replaces and deletes items, and counts on', async () => {
    const kept = alice.item('kept');
    const replaced = alice.item('before');
    await put(await alice.nextVault(await read(), [kept, replaced]));
    const after = alice.item('after', replaced.itemId);
    expect((await put(await alice.nextVault(await read(), [kept, after]))).body).toEqual({ seq: 3 });
    expect((await put(await alice.nextVault(await read(), [after]))).body).toEqual({ seq: 4 });
    expect((await read()).items).toEqual([after]);
  });

  it('of several changes at the same moment, one is stored and the others hear of the conflict', async () => {
    const stored = await read();
    const changes = await Promise.all(
      Array.from({ length: 5 }, () => alice.nextVault(stored, [...stored.items, alice.item()])),
    );
    const answers = await Promise.all(changes.map(put));
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 409, 409, 409, 409]);
    expect(
      answers.filter((answer) => answer.status === 409).every((answer) => answer.body.code === 'vault-conflict'),
    ).toBe(true);
    const winner = changes[answers.findIndex((answer) => answer.status === 200)];
    expect(await read()).toMatchObject({ seq: 2, head: winner?.head });
    expect((await read()).items).toHaveLength(2);
  });

  it('answers the same change again like the first time: its answer may have been lost', async () => {
    const change = await alice.nextVault(await read(), [alice.item()]);
    expect((await put(change)).body).toEqual({ seq: 2 });
    expect((await put(change)).body).toEqual({ seq: 2 });
    expect((await read()).seq).toBe(2);
  });

  it('[T-9] is not taken back to an older state', async () => {
    const first = await read();
    await put(await alice.nextVault(first, [alice.item()]));
    const back = await alice.nextVault(first, first.items);
    expect(await put(back)).toMatchObject({ status: 409, body: { code: 'vault-conflict' } });
    expect(await put({ ...back, expectedSeq: 2 })).toMatchObject({ status: 422, body: { code: 'vault-refused' } });
    expect((await read()).seq).toBe(2);
  });

  const flip = (text: string, at: number) => {
    const bytes = Buffer.from(text, 'base64url');
    bytes[at < 0 ? bytes.length + at : at]! ^= 1;
    return toBase64Url(bytes);
  };

  it.each<[string, (change: VaultPut, stored: Vault) => Promise<VaultPut> | VaultPut]>([
    ['a head that is not signed', (change) => ({ ...change, head: flip(change.head, -1) })],
    ['an edited header', (change) => ({ ...change, header: flip(change.header, -1) })],
    [
      'an edited item',
      (change) => ({ ...change, upserts: change.upserts.map((item) => ({ ...item, bytes: flip(item.bytes, -1) })) }),
    ],
    ['an item too few', (change) => ({ ...change, upserts: [] })],
    ['an item too many', (change) => ({ ...change, upserts: [...change.upserts, alice.item()] })],
    [
      'an item under another id',
      (change) => ({
        ...change,
        upserts: change.upserts.map((item) => ({ ...item, itemId: hex() as typeof item.itemId })),
      }),
    ],
    ['a deletion of what is not there', (change) => ({ ...change, deletes: [hex() as VaultPut['deletes'][number]] })],
    [
      'a deletion that the head does not know of',
      (change, stored) => ({ ...change, deletes: stored.items.map((item) => item.itemId) }),
    ],
    ['a header of another user', (_, stored) => alice.nextVault(stored, [alice.item()], { userId: hex() })],
    [
      'other key derivation',
      async (_, stored) =>
        alice.nextVault(stored, [alice.item()], { kdfParams: (await Person.named('eve')).kdfParams }),
    ],
    [
      'a header that does not name the one before',
      (_, stored) =>
        alice.nextVault({ ...stored, header: toBase64Url(Buffer.alloc(64, 7)) }, [...stored.items, alice.item()]),
    ],
    [
      'a seq that was skipped',
      async (_, stored) => ({
        ...(await alice.nextVault({ ...stored, seq: 2 }, [...stored.items, alice.item()])),
        expectedSeq: 1,
      }),
    ],
    [
      "another account's signature",
      async (_, stored) => {
        const mallory = Object.assign(await Person.named('mallory'), {
          userId: alice.userId,
          kdfParams: alice.kdfParams,
        });
        return mallory.nextVault(stored, [...stored.items, mallory.item()]);
      },
    ],
    ['a broken header', (change) => ({ ...change, header: toBase64Url(Buffer.alloc(100, 7)) })],
  ])('refuses %s, and stays as it was', async (_, change) => {
    const stored = await read();
    const offered = await change(await alice.nextVault(stored, [...stored.items, alice.item()]), stored);
    expect(await put(offered)).toMatchObject({ status: 422, body: { code: 'vault-refused' } });
    expect(await read()).toEqual(stored);
  });

  it('has a bound in bytes', async () => {
    const stored = await read();
    const large = () => alice.item('x'.repeat(65_000));
    const full = [...stored.items, ...Array.from({ length: 22 }, large)];
    expect(await put(await alice.nextVault(stored, full))).toMatchObject({ status: 200 });
    const over = await alice.nextVault(await read(), [...full, ...Array.from({ length: 3 }, large)]);
    expect(23 * 65_000 + 65_000 * 2).toBeGreaterThan(LIMITS.vaultMaxBytes);
    expect(await put(over)).toMatchObject({ status: 422, body: { code: 'vault-refused' } });
  });

  it('refuses every field missing, of a wrong type or too long, __proto__, and 2 MB', async () => {
    const stored = await read();
    const change = (await alice.nextVault(stored, [alice.item()])) as unknown as Record<string, unknown>;
    for (const name of Object.keys(change)) {
      const { [name]: _, ...without } = change;
      for (const body of [
        without,
        { ...change, [name]: 'x' },
        { ...change, [name]: null },
        { ...change, [name]: { length: 1 } },
        { ...change, [name]: 'A'.repeat(100_000) },
      ]) {
        expect(await put(body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      }
    }
    expect(
      await browser.ask('PUT', 'vault', JSON.stringify(change).replace('{', '{"__proto__":{"seq":9},')),
    ).toMatchObject({ status: 400 });
    const many = {
      ...change,
      upserts: Array.from({ length: LIMITS.vaultItemsMax + 1 }, () => ({ itemId: hex(), bytes: 'A'.repeat(40) })),
    };
    expect(await put(many)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(await put({ ...change, header: 'x'.repeat(2_200_000) })).toMatchObject({
      status: 413,
      body: { code: 'too-large' },
    });
    expect(await read()).toEqual(stored);
  });

  it('is nobody else’s: a caller gets and changes only the own one', async () => {
    const mallory = await Person.named(`mallory${String(names)}`);
    const other = under.browser();
    await other.register(mallory);
    expect((await other.get('vault')).body.header).not.toBe((await read()).header);
    const change = await alice.nextVault(await read(), [alice.item()]);
    expect(await other.ask('PUT', 'vault', change)).toMatchObject({ status: 422, body: { code: 'vault-refused' } });
    expect(await under.browser().get('vault')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(await under.browser().ask('PUT', 'vault', change)).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
  });
});
