import type { Vault } from '@secureconnect/contracts/auth';
import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import type * as signedVault from '@secureconnect/contracts/signed/vault';
import { readVaultHead, readVaultHeader, readVaultItem, VAULT_ITEM_TYPES } from '@secureconnect/contracts/signed/vault';
import type * as memory from '@secureconnect/client/session/device-memory';
import type * as loggingIn from '@secureconnect/client/session/log-in';
import { register } from '@secureconnect/client/session/register';
import type * as accounts from '@secureconnect/crypto/identity/account';
import type * as deriving from '@secureconnect/crypto/kdf/derive';
import { newKdfParams } from '@secureconnect/crypto/kdf/params';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { vaultHashes } from '@secureconnect/crypto/vault/head';
import type * as opening from '@secureconnect/crypto/vault/open-vault';
import type * as unlocking from '@secureconnect/crypto/vault/slots';
import { registerBare } from '../../people/bare-account.js';
import type { World } from '../../world/world.js';
import { userIdOf } from '../deceived-pair.js';
import { falseIdentityOf, flipped, flippedText } from '../forgeries.js';
import { Mallory } from '../mallory.js';
import { type Attack, defencesOf, type Played } from './attack.js';
import { noSignature, noSignatureAndNoTag } from './cryptography-off.js';
import { good, posts, serveIdentity, serveVault, tryLogIn, vaultWritten } from './scenes.js';

const vaults = defencesOf<typeof opening>('@secureconnect/crypto/vault/open-vault');
const derive = defencesOf<typeof deriving>('@secureconnect/crypto/kdf/derive');
const account = defencesOf<typeof accounts>('@secureconnect/crypto/identity/account');

const slots = defencesOf<typeof unlocking>('@secureconnect/crypto/vault/slots');
const NOBODY = idFromHex('00'.repeat(16));

/** alice logs in where she never was, and gets another vault than hers. */
async function logInTo(world: World, change: (vault: Vault) => unknown): Promise<Played> {
  const mallory = await Mallory.before(world);
  const alice = await world.newcomer('alice');
  serveVault(mallory, change);
  const { code } = await tryLogIn(world, mallory, alice);
  return { harm: code === null ? 'the vault was opened' : null, shown: code };
}

function withItems(vault: Vault, change: (items: Vault['items']) => Vault['items']): Vault {
  return { ...vault, items: change(vault.items) };
}

/** The sealed pin begins behind 42 bytes of the item; 57 bytes into it stands when its keys were compared, and then how (PROTOCOL 3.7). */
const VERIFIED_AT_LAST_INDEX = 42 + 57 + 7;
const METHOD_INDEX = VERIFIED_AT_LAST_INDEX + 1;

/** What mallory can do without any key: bits of a sealed pin turned over so that it says "compared", and the hash of all items made to fit. */
async function withBadge(vault: Vault): Promise<Vault> {
  const items = vault.items.map((item) => {
    const bytes = fromBase64Url(item.bytes);
    if (readVaultItem(bytes).type !== VAULT_ITEM_TYPES.pin) return item;
    return { ...item, bytes: toBase64Url(flipped(flipped(bytes, VERIFIED_AT_LAST_INDEX), METHOD_INDEX)) };
  });
  const sealed = items.map(({ bytes }) => fromBase64Url(bytes));
  const head = new Uint8Array(fromBase64Url(vault.head));
  const { itemsHash } = await vaultHashes(await loadPrimitives(), fromBase64Url(vault.header), sealed);
  head.set(itemsHash, Buffer.from(head).indexOf(readVaultHead(head).itemsHash));
  return { ...vault, head: toBase64Url(head), items };
}

export const VAULT_ATTACKS: readonly Attack[] = [
  {
    row: 8,
    name: 'the vault of another person with the same password',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const password = 'one password for two people';
      const kdfParams = newKdfParams(await loadPrimitives());
      const carol = await registerBare(world.place(), world.name('carol'), { password, kdfParams });
      const { request: his } = await registerBare(world.place(), world.name('dave'), { password, kdfParams });
      mallory.tamper = {
        answer: ({ route }, answer) => {
          if (route === 'auth/vault') return good(his.vault);
          if (route !== 'auth/login' || answer.status !== 200) return answer;
          return good({ ...(answer.body as object), serverShare: his.serverShare });
        },
      };
      const { code } = await tryLogIn(world, mallory, carol);
      const went = code === null || posts(mallory, 'auth/devices') > 0;
      return { harm: went ? 'carol opened the vault of dave as hers' : null, shown: code };
    },
    // Held by five: the name in the derivation, the user in the key, in the slot and in the items, and the published keys.
    without: [
      derive.no(
        'deriveFromPassword',
        (real) => (p: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) =>
          real(p, { ...input, username: 'somebody' }),
      ),
      derive.no(
        'vaultKek',
        (real) => (p: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) =>
          real(p, { ...input, userId: NOBODY }),
      ),
      slots.no(
        'unlockVault',
        (real) => (p: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) =>
          real(p, { ...input, userId: readVaultHeader(input.header).userId }),
      ),
      vaults.no(
        'openVault',
        (real) => (p: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) =>
          real(p, { ...input, userId: readVaultHeader(input.vault.header).userId }),
      ),
      account.no('matchAccount', () => async () => undefined),
    ],
  },
  {
    row: 9,
    name: 'the vault of last week',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const alice = await world.newcomer('alice');
      const carol = await world.newcomer('carol');
      let old: Vault | null = null;
      serveVault(mallory, (vault) => (old = vault));
      const { person: device } = await tryLogIn(world, mallory, alice);
      await device.connected();
      mallory.tamper = {};
      await device.open(carol.username);
      await device.say(carol.username, 'pinned');
      await carol.reads(alice.username, 'pinned');
      await vaultWritten(mallory);
      await device.messenger.logOut();
      serveVault(mallory, () => old);
      const { person, code } = await tryLogIn(world, mallory, alice, { storage: device.storage });
      const alarmed = person.alarms.includes('vault-rolled-back');
      return { harm: code === null ? 'the pin of carol is forgotten' : null, shown: alarmed ? code : null };
    },
    without: [
      vaults.no(
        'openVault',
        (real) => (p: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) =>
          real(p, { ...input, remembered: null }),
      ),
    ],
  },
  {
    row: 10,
    name: 'the signature of the vault with a bit turned over',
    expect: 'detected',
    play: (world) => logInTo(world, (vault) => ({ ...vault, head: flippedText(vault.head, 130) })),
    without: [noSignature],
  },
  {
    row: 11,
    name: 'the vault is gone',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const alice = await world.newcomer('alice');
      mallory.tamper = { instead: ({ route }) => (route === 'auth/vault' ? good(null) : undefined) };
      const { code } = await tryLogIn(world, mallory, alice);
      const made = posts(mallory, 'auth/register') + posts(mallory, 'auth/devices') > 0;
      return { harm: made ? 'new keys were made over an account that exists' : null, shown: code };
    },
    without: [
      defencesOf<typeof loggingIn>('@secureconnect/client/session/log-in').no(
        'logIn',
        (real) => async (parts: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) =>
          real(parts, input).catch(async () => register(parts, { ...input, email: null })),
      ),
    ],
  },
  {
    row: 12,
    name: 'other public keys under one’s own name',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const alice = await world.newcomer('alice');
      const userId = await userIdOf(alice);
      const { published } = await falseIdentityOf(userId, alice.username);
      serveIdentity(mallory, { userId, username: alice.username }, () => published);
      const { code } = await tryLogIn(world, mallory, alice);
      return { harm: code === null ? 'alice takes the keys of mallory for hers' : null, shown: code };
    },
    without: [account.no('matchAccount', () => async () => undefined)],
  },
  {
    row: 13,
    name: 'a vault that says it is of an older version',
    expect: 'detected',
    play: (world) =>
      logInTo(world, (vault) => {
        const header = fromBase64Url(vault.header);
        header[4] = 0;
        return { ...vault, header: toBase64Url(header) };
      }),
    without: [
      defencesOf<typeof signedVault>('@secureconnect/contracts/signed/vault').no(
        'readVaultHeader',
        (real) => (input: Uint8Array) => real(Uint8Array.of(...input.slice(0, 4), 1, ...input.slice(5))),
      ),
    ],
  },
  {
    row: 15,
    name: 'two records of the vault under each other’s names',
    expect: 'detected',
    play: (world) =>
      logInTo(world, (vault) =>
        withItems(vault, ([first, second, ...rest]) => [
          { ...first!, itemId: second!.itemId },
          { ...second!, itemId: first!.itemId },
          ...rest,
        ]),
      ),
    without: [
      vaults.no('openVault', (real) => (p: Parameters<typeof real>[0], input: Parameters<typeof real>[1]) => {
        const items = input.vault.items.map(({ bytes }) => ({ itemId: readVaultItem(bytes).itemId, bytes }));
        return real(p, { ...input, vault: { ...input.vault, items } });
      }),
    ],
  },
  {
    row: 21,
    name: 'another account under a name that this device knows',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const device = await world.newcomer('alice', mallory.place);
      await device.messenger.logOut();
      mallory.requests.length = 0;
      const other = 'ab'.repeat(16);
      const { published } = await falseIdentityOf(other, device.username);
      mallory.tamper = {
        answer: ({ route }, answer) => {
          if (route === `auth/users/${other}`) return good(published);
          if (route !== 'auth/login' || answer.status !== 200) return answer;
          const { session, ...rest } = answer.body as { session: object };
          return good({ ...rest, session: { ...session, userId: other } });
        },
      };
      const { code } = await tryLogIn(world, mallory, device, { storage: device.storage });
      const asked = mallory.requests.some(({ route }) => route === 'auth/vault');
      return { harm: asked ? 'the password was tried on a strange vault' : null, shown: code };
    },
    without: [
      defencesOf<typeof memory>('@secureconnect/client/session/device-memory').no('DeviceMemory', (real) => ({
        open: async (...input: Parameters<typeof real.open>) => {
          const opened = await real.open(...input);
          return Object.assign(opened, { knownAccount: async () => null });
        },
      })),
    ],
  },
  {
    row: 23,
    name: 'the badge of a comparison that nobody made, in the vault',
    expect: 'detected',
    async play(world) {
      const mallory = await Mallory.before(world);
      const alice = await world.newcomer('alice', mallory.place);
      const carol = await world.newcomer('carol');
      await alice.open(carol.username);
      await vaultWritten(mallory);
      serveVault(mallory, withBadge);
      const { person, code } = await tryLogIn(world, mallory, alice);
      if (code !== null) return { harm: null, shown: code };
      const { peer } = await person.conversationWith(carol.username);
      return { harm: peer.trust === 'verified' ? 'carol is shown as verified' : null, shown: null };
    },
    // Held twice: the item has a tag, and the vault a signature.
    without: [noSignatureAndNoTag],
  },
];
