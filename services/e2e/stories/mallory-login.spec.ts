import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublicIdentity, Vault } from '@secureconnect/contracts/auth';
import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import { falseIdentityOf, flippedText } from '../src/mallory/forgeries.js';
import { Mallory } from '../src/mallory/mallory.js';
import type { HttpAnswer } from '../src/mallory/tamper.js';
import { registerBare } from '../src/people/bare-account.js';
import type { Person } from '../src/people/person.js';
import { World } from '../src/world/world.js';

jest.setTimeout(120_000);

let world: World;
let mallory: Mallory;
/** An account with a pin in its vault. */
let alice: Person;
beforeAll(async () => {
  world = await World.begin();
});
beforeEach(async () => {
  mallory = await Mallory.before(world);
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

async function aliceWithAPin(): Promise<void> {
  ({ alice } = await world.aliceAndBob());
}

const posts = (route: string) => mallory.bodiesOf(`POST ${route}`).length;
const good = (body: unknown): HttpAnswer => ({ status: 200, body });

/** Serves the vault changed, to everybody. */
function serveVault(change: (vault: Vault) => unknown): void {
  mallory.tamper = {
    answer: (request, answer) =>
      request.method === 'GET' && request.route === 'auth/vault' && answer.status === 200
        ? good(change(answer.body as Vault))
        : answer,
  };
}

/** Tries to log in through mallory in a browser that has never seen the account: the code, and that nothing was made or kept. */
async function refusalOfLogIn(person: Person): Promise<string> {
  const clean = world.elsewhere(person, mallory.place);
  const outcome = await clean.tryLogIn();
  expect(posts('auth/devices')).toBe(0);
  expect(posts('auth/register')).toBe(0);
  expect(mallory.bodiesOf('PUT auth/vault')).toEqual([]);
  expect(clean.storage.dump().filter(({ database }) => database !== 'secureconnect')).toEqual([]);
  expect(await clean.messenger.restore()).toEqual({ state: 'signed-out', endedBy: null });
  await clean.messenger.close();
  return outcome.ok ? 'logged in' : outcome.code;
}

function kdfParams({
  kdfId = 1,
  iterations = 600_000,
  kib = 0,
  t = 0,
  p = 0,
  salt = new Uint8Array(32).fill(7),
}): string {
  const bytes = new Uint8Array(11 + salt.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kdfId);
  view.setUint32(1, iterations);
  view.setUint32(5, kib);
  view.setUint8(9, t);
  view.setUint8(10, p);
  bytes.set(salt, 11);
  return toBase64Url(bytes);
}

function servePrelogin(params: unknown): void {
  mallory.tamper = { instead: ({ route }) => (route === 'auth/prelogin' ? good({ kdfParams: params }) : undefined) };
}

describe('key derivation that the server chooses', () => {
  beforeEach(aliceWithAPin);

  it('[T-2] with too few iterations is refused, and no request carries a verifier', async () => {
    for (const iterations of [0, 1, 1_000, 599_999, 10_000_001, 2 ** 32 - 1]) {
      servePrelogin(kdfParams({ iterations }));
      expect(await refusalOfLogIn(alice)).toBe('kdf-refused');
    }
    expect(new Set(mallory.requests.map(({ route }) => route))).toEqual(new Set(['auth/prelogin']));
  });

  it('[T-3] lower than this device has seen is refused, although another device would take it', async () => {
    const strong = fromBase64Url(kdfParams({ iterations: 1_000_000 }));
    const carol = await registerBare(world.place(), world.name('carol'), { kdfParams: strong });
    const device = world.person(carol.username, mallory.place, { password: carol.password });
    await device.logIn();
    await device.messenger.logOut();
    mallory.requests.length = 0;
    servePrelogin(kdfParams({ iterations: 700_000 }));
    const again = world.person(carol.username, mallory.place, { password: carol.password, storage: device.storage });
    expect(await again.tryLogIn()).toEqual({ ok: false, code: 'kdf-refused' });
    expect(mallory.requests.map(({ route }) => route)).toEqual(['auth/prelogin']);
    // Where nothing was seen before, 700,000 is enough to be tried: it is the memory that refuses.
    expect(await world.person(carol.username, mallory.place, { password: carol.password }).tryLogIn()).toEqual({
      ok: false,
      code: 'credentials-refused',
    });
  });

  it('[T-4] of an unknown kind is refused, and no request carries a verifier', async () => {
    const kinds = [
      ...[0, 2, 3, 9, 255].map((kdfId) => kdfParams({ kdfId, kib: 65_536, t: 3, p: 1 })),
      kdfParams({ kdfId: 1, kib: 65_536, t: 3, p: 1 }),
      'sha1',
      'none',
      'argon9',
      { alg: 'none' },
      null,
    ];
    for (const kind of kinds) {
      servePrelogin(kind);
      expect(['kdf-refused', 'server-answer-refused']).toContain(await refusalOfLogIn(alice));
    }
    expect(new Set(mallory.requests.map(({ route }) => route))).toEqual(new Set(['auth/prelogin']));
  });

  it('[T-7] with a short or a long salt is refused, and no request carries a verifier', async () => {
    for (const length of [0, 1, 8, 15, 16, 31, 33, 64]) {
      servePrelogin(kdfParams({ salt: new Uint8Array(length).fill(7) }));
      expect(['kdf-refused', 'server-answer-refused']).toContain(await refusalOfLogIn(alice));
    }
    expect(new Set(mallory.requests.map(({ route }) => route))).toEqual(new Set(['auth/prelogin']));
  });
});

describe('the vault that the server gives', () => {
  beforeEach(aliceWithAPin);

  it('[T-10] with any part altered does not open, and always for the same reason', async () => {
    const lengthOf = (text: string) => fromBase64Url(text).length;
    const places: ((vault: Vault) => Vault)[] = [];
    for (const part of [0, 0.3, 0.6, 0.97]) {
      places.push((vault) => ({
        ...vault,
        header: flippedText(vault.header, Math.floor(part * lengthOf(vault.header))),
      }));
      places.push((vault) => ({ ...vault, head: flippedText(vault.head, Math.floor(part * lengthOf(vault.head))) }));
      places.push((vault) => ({
        ...vault,
        items: vault.items.map((item, index) =>
          index === Math.floor(part * vault.items.length)
            ? { ...item, bytes: flippedText(item.bytes, Math.floor(part * lengthOf(item.bytes))) }
            : item,
        ),
      }));
    }
    places.push((vault) => ({ ...vault, items: vault.items.slice(1) }));
    places.push((vault) => ({ ...vault, items: vault.items.slice(0, -1) }));
    const refusals = new Set<string>();
    for (const change of places) {
      serveVault(change);
      refusals.add(await refusalOfLogIn(alice));
    }
    expect([...refusals]).toEqual(['vault-refused-here']);
  });

  it('[T-11] that is missing never leads to a new key', async () => {
    const answers: HttpAnswer[] = [
      {
        status: 404,
        body: { type: 'urn:secureconnect:problem:not-found', title: 'x', status: 404, code: 'not-found' },
      },
      good(null),
      good({}),
      good(''),
      good([]),
      good({ seq: 1, header: '', head: '', items: [] }),
    ];
    for (const answer of answers) {
      mallory.tamper = { instead: ({ route }) => (route === 'auth/vault' ? answer : undefined) };
      expect(await refusalOfLogIn(alice)).toBe('vault-missing');
    }
    mallory.tamper = {};
    mallory.requests.length = 0;
    const clean = world.elsewhere(alice, mallory.place);
    await clean.logIn();
  });

  it('[T-13] of a legacy version or cipher is refused: there is no way back in the code', async () => {
    for (const version of [0, 2, 255]) {
      serveVault((vault) => {
        const header = fromBase64Url(vault.header);
        header[4] = version;
        return { ...vault, header: toBase64Url(header) };
      });
      expect(await refusalOfLogIn(alice)).toBe('vault-refused-here');
    }
    const forbidden = /AES-(?:CBC|CTR)|RSA-PKCS1|RSAES-PKCS1|SHA-1['"]|\bMD5\b|createCipher/;
    const root = join(__dirname, '../../../web');
    const sources = ['crypto/src', 'client/src'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(root, folder, file)),
    );
    expect(sources.length).toBeGreaterThan(60);
    expect(sources.filter((file) => forbidden.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('[T-15] with two fields of one record exchanged is refused', async () => {
    const exchanges: ((vault: Vault) => Vault)[] = [
      (vault) => ({ ...vault, header: vault.head, head: vault.header }),
      ({ items: [first, second, ...rest], ...vault }) => ({
        ...vault,
        items: [{ ...first!, bytes: second!.bytes }, { ...second!, bytes: first!.bytes }, ...rest],
      }),
      ({ items: [first, second, ...rest], ...vault }) => ({
        ...vault,
        items: [{ ...first!, itemId: second!.itemId }, { ...second!, itemId: first!.itemId }, ...rest],
      }),
      (vault) => {
        // Nonce and the beginning of the ciphertext of one item, exchanged within it.
        const bytes = fromBase64Url(vault.items[0]!.bytes);
        const [nonce, text] = [bytes.slice(26, 38), bytes.slice(42, 54)];
        bytes.set(text, 26);
        bytes.set(nonce, 42);
        return { ...vault, items: [{ ...vault.items[0]!, bytes: toBase64Url(bytes) }, ...vault.items.slice(1)] };
      },
    ];
    for (const exchange of exchanges) {
      serveVault(exchange);
      expect(['vault-refused-here', 'vault-missing']).toContain(await refusalOfLogIn(alice));
    }
  });
});

describe('the identity that the server publishes for oneself', () => {
  beforeEach(aliceWithAPin);

  it('[T-12] with another public key than the vault has is refused', async () => {
    const session = await alice.messenger.restore();
    const { published } = await falseIdentityOf(
      session.state === 'signed-in' ? session.self.userId : '',
      alice.username,
    );
    const changes: ((real: PublicIdentity) => PublicIdentity)[] = [
      () => published,
      (real) => ({ ...real, bundles: published.bundles }),
      (real) => ({ ...real, bundles: [...real.bundles, ...published.bundles] }),
      // The RSA key, the ML-KEM key and the signing keys, a bit each.
      ...[120, 700, 2_300, 2_600].map((index) => (real: PublicIdentity) => ({
        ...real,
        bundles: [flippedText(real.bundles[0]!, index)],
      })),
    ];
    for (const change of changes) {
      mallory.tamper = {
        answer: ({ route }, answer) =>
          route.startsWith('auth/users/') && answer.status === 200
            ? good(change(answer.body as PublicIdentity))
            : answer,
      };
      expect(await refusalOfLogIn(alice)).toBe('identity-mismatch');
    }
  });
});
