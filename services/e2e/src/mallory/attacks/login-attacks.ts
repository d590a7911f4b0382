import type * as auth from '@secureconnect/contracts/auth';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import { readKdfParams } from '@secureconnect/contracts/signed/kdf-params';
import type * as deriving from '@secureconnect/crypto/kdf/derive';
import type * as params from '@secureconnect/crypto/kdf/params';
import { formsOf } from '../../invariants/text-forms.js';
import { registerBare } from '../../people/bare-account.js';
import { openSecrets } from '../../people/opened-secrets.js';
import type { World } from '../../world/world.js';
import { Mallory } from '../mallory.js';
import { type Attack, defencesOf, type Played } from './attack.js';
import { good, posts, tryLogIn } from './scenes.js';

const kdf = defencesOf<typeof params>('@secureconnect/crypto/kdf/params');
const derive = defencesOf<typeof deriving>('@secureconnect/crypto/kdf/derive');

/** KdfParams as the server gives them; good ones, but for what is changed. */
function kdfParams({ kdfId = 1, iterations = 600_000, salt = new Uint8Array(32).fill(7) }): string {
  const bytes = new Uint8Array(11 + salt.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kdfId);
  view.setUint32(1, iterations);
  bytes.set(salt, 11);
  return toBase64Url(bytes);
}

/** alice logs in, and the server chooses how her password becomes a key. */
async function logInWith(world: World, served: string): Promise<Played> {
  const mallory = await Mallory.before(world);
  const alice = await world.newcomer('alice');
  mallory.tamper = { instead: ({ route }) => (route === 'auth/prelogin' ? good({ kdfParams: served }) : undefined) };
  const { code } = await tryLogIn(world, mallory, alice);
  return { harm: posts(mallory, 'auth/login') > 0 ? 'a weak verifier was sent' : null, shown: code };
}

export const LOGIN_ATTACKS: readonly Attack[] = [
  {
    row: 1,
    name: 'every byte of sign-up and log-in is recorded',
    expect: 'withstood',
    async play(world) {
      const mallory = await Mallory.before(world);
      const alice = await world.newcomer('alice', mallory.place);
      await world.elsewhere(alice, mallory.place).logIn();
      const { secrets } = await openSecrets(world.place(), alice.username, alice.password);
      const wire = Buffer.concat(mallory.heard);
      const heard = secrets.filter(({ bytes }) => formsOf(bytes).some((form) => wire.includes(form)));
      return { harm: heard.length > 0 ? `heard: ${heard.map(({ name }) => name).join(', ')}` : null, shown: null };
    },
    without: [
      derive.no('deriveFromPassword', (real) => async (...input: Parameters<typeof real>) => {
        const { vaultPre } = await real(...input);
        return { vaultPre, authSecret: vaultPre };
      }),
    ],
  },
  {
    row: 2,
    name: 'key derivation with 1,000 iterations',
    expect: 'detected',
    play: (world) => logInWith(world, kdfParams({ iterations: 1_000 })),
    without: [kdf.no('guardKdfParams', () => readKdfParams)],
  },
  {
    row: 3,
    name: 'key derivation with fewer iterations than this device has seen',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const strong = Buffer.from(kdfParams({ iterations: 700_000 }), 'base64url');
      const carol = await registerBare(world.place(), world.name('carol'), { kdfParams: new Uint8Array(strong) });
      const device = world.person(carol.username, mallory.place, { password: carol.password });
      await device.logIn();
      await device.messenger.logOut();
      mallory.requests.length = 0;
      mallory.tamper = {
        instead: ({ route }) => (route === 'auth/prelogin' ? good({ kdfParams: kdfParams({}) }) : undefined),
      };
      const { code } = await tryLogIn(world, mallory, carol, { storage: device.storage });
      return { harm: posts(mallory, 'auth/login') > 0 ? 'a weaker verifier was sent' : null, shown: code };
    },
    without: [kdf.no('guardKdfParams', (real) => (bytes: Uint8Array) => real(bytes))],
  },
  {
    row: 4,
    name: 'an unknown kind of key derivation',
    expect: 'detected',
    play: (world) => logInWith(world, kdfParams({ kdfId: 9 })),
    without: [
      kdf.no('guardKdfParams', () => (bytes: Uint8Array) => readKdfParams(Uint8Array.of(1, ...bytes.slice(1)))),
    ],
  },
  {
    row: 6,
    name: 'the same salt for two people with one password',
    expect: 'withstood',
    async play(world) {
      const mallory = await Mallory.before(world);
      const password = 'one password for two people';
      const names = [world.name('carol'), world.name('dave')];
      for (const name of names) await world.person(name, world.place(), { password }).signUp();
      mallory.tamper = {
        instead: ({ route }) => (route === 'auth/prelogin' ? good({ kdfParams: kdfParams({}) }) : undefined),
      };
      for (const username of names) await tryLogIn(world, mallory, { username, password });
      const proofs = mallory.bodiesOf('POST auth/login').map((body) => (body as { authSecret: string }).authSecret);
      if (proofs.length !== 2) throw new Error('two people should have tried');
      return { harm: proofs[0] === proofs[1] ? 'one password shows as such' : null, shown: null };
    },
    without: [
      derive.no(
        'deriveFromPassword',
        (real) => (p: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) =>
          real(p, { ...input, username: 'somebody' }),
      ),
    ],
  },
  {
    row: 7,
    name: 'a salt of 15 bytes',
    expect: 'detected',
    play: (world) => logInWith(world, kdfParams({ salt: new Uint8Array(15).fill(7) })),
    // Held twice: by the shape of the answer, and by the reader of the parameters.
    without: [
      defencesOf<typeof auth>('@secureconnect/contracts/auth').no('PreloginAnswer', () => ({
        safeParse: (data: unknown) => ({ success: true, data }),
      })),
      kdf.no('guardKdfParams', () => (bytes: Uint8Array) => {
        return { bytes, kdfId: 1, pbkdf2Iterations: 600_000, salt: bytes.slice(11) };
      }),
    ],
  },
];
