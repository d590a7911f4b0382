import { generateKeyPairSync } from 'node:crypto';
import type { PublicIdentity } from '@secureconnect/contracts/auth';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { openEnvelope } from '@secureconnect/crypto/envelope/open';
import { verifyDevice } from '@secureconnect/crypto/identity/device';
import { loadPrimitives } from '@secureconnect/crypto/primitives/choose';
import { falseIdentityOf, forgeBundle, readIdentity } from '../src/mallory/forgeries.js';
import { Mallory } from '../src/mallory/mallory.js';
import { registerBare } from '../src/people/bare-account.js';
import { must, type Person } from '../src/people/person.js';
import { eventually, pause } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

jest.setTimeout(90_000);

let world: World;
let mallory: Mallory;
beforeAll(async () => {
  world = await World.begin();
});
beforeEach(async () => {
  mallory = await Mallory.before(world);
});
afterEach(async () => world.closeEverybody());
afterAll(async () => world.end());

/** Serves another identity under somebody's id and name. */
function serveInsteadOf(
  victim: { userId: string; username: string },
  change: (real: PublicIdentity) => PublicIdentity,
): void {
  const routes = [`auth/users/${victim.userId}`, `auth/users/by-name/${victim.username}`];
  mallory.tamper = {
    ...mallory.tamper,
    answer: ({ route }, answer) =>
      routes.includes(route) && answer.status === 200
        ? { status: 200, body: change(answer.body as PublicIdentity) }
        : answer,
  };
}

async function userIdOf(person: Person): Promise<string> {
  const session = await person.messenger.restore();
  return session.state === 'signed-in' ? session.self.userId : '';
}

const sent = (): Buffer[] => mallory.heard.filter((heard) => heard.toString() === 'message:send');

describe('[T-26] other keys for somebody who is pinned', () => {
  it('hold the conversation on this device; what was written is kept, and sent to nobody until a person decides', async () => {
    const { alice, bob } = await world.aliceAndBob({ alice: mallory.place });
    await alice.say(bob.username, 'before');
    await bob.reads(alice.username, 'before');
    const bobId = await userIdOf(bob);
    const { account, device, published } = await falseIdentityOf(bobId, bob.username);
    serveInsteadOf({ userId: bobId, username: bob.username }, () => published);

    const reloaded = await world.reloaded(alice, mallory.place);
    await reloaded.connected();
    const sentBefore = sent().length;
    await reloaded.say(bob.username, 'for the real bob only');
    await eventually(
      () => reloaded.alarms,
      (alarms) => alarms.includes('peer-keys-changed'),
    );
    expect(await reloaded.conversationWith(bob.username)).toMatchObject({ held: true, peer: { trust: 'changed' } });
    await pause(500);
    expect(sent()).toHaveLength(sentBefore);
    expect((await reloaded.thread(bob.username)).at(-1)).toMatchObject({
      content: { body: 'for the real bob only' },
      state: 'sending',
    });

    // The person goes on: only now is anything sealed for the new keys.
    let envelope: Uint8Array | null = null;
    mallory.tamper = {
      ...mallory.tamper,
      command: (name, body: { envelope: Uint8Array }, forward) => {
        if (name === 'message:send') envelope = new Uint8Array(body.envelope);
        return forward(body);
      },
    };
    expect(must(await reloaded.messenger.acceptNewKeys(published.userId))).toMatchObject({ trust: 'first-use' });
    await eventually(
      () => envelope,
      (found) => found !== null,
    );
    const p = await loadPrimitives();
    const alices = await readIdentity(
      (await (await fetchIdentity(alice, await userIdOf(reloaded))).json()) as PublicIdentity,
    );
    const opened = await openEnvelope(p, envelope!, {
      conversationId: idFromHex((await reloaded.conversationWith(bob.username)).conversationId),
      reader: account.account,
      sender: async (header) => {
        const certs = ((await (await fetchIdentity(alice, await userIdOf(reloaded))).json()) as PublicIdentity)
          .deviceCerts;
        for (const cert of certs) {
          const verified = await verifyDevice(p, Buffer.from(cert, 'base64url'), alices.current);
          if (Buffer.from(verified.deviceId).equals(Buffer.from(header.senderDevice)))
            return { device: verified, revokedAtMs: null, pin: 'accepted' };
        }
        return null;
      },
    });
    expect(opened).toMatchObject({ ok: true, inner: { body: 'for the real bob only' } });
    expect(device.deviceId).toHaveLength(16);
  });

  it('hold the conversation on a device that has never seen the contact: the pin came with the vault', async () => {
    const { alice, bob } = await world.aliceAndBob({ alice: mallory.place });
    await eventually(
      () => mallory.bodiesOf('PUT auth/vault').length,
      // The name of the device, and the pin.
      (writes) => writes > 1,
    );
    const bobId = await userIdOf(bob);
    const { published } = await falseIdentityOf(bobId, bob.username);
    serveInsteadOf({ userId: bobId, username: bob.username }, () => published);
    const elsewhere = world.elsewhere(alice, mallory.place);
    await elsewhere.logIn();
    await eventually(
      () => elsewhere.alarms,
      (alarms) => alarms.includes('peer-keys-changed'),
    );
    await eventually(
      () => elsewhere.conversationWith(bob.username),
      ({ held }) => held,
    );
    await elsewhere.say(bob.username, 'not for mallory');
    await pause(500);
    expect(sent()).toEqual([]);
    expect(await elsewhere.messenger.unsent()).toBe(1);
    // The server serves the right keys again: nothing was lost.
    mallory.tamper = {};
    await elsewhere.open(bob.username);
    const again = await world.reloaded(elsewhere, mallory.place);
    await bob.reads(alice.username, 'not for mallory');
    expect((await again.conversationWith(bob.username)).held).toBe(false);
  });

  it('are not taken either when the name moves to another account', async () => {
    const { alice, bob } = await world.aliceAndBob({ alice: mallory.place });
    const impostor = await registerBare(world.place(), world.name('impostor'));
    const { published } = await falseIdentityOf(impostor.userId, bob.username);
    serveInsteadOf({ userId: '', username: bob.username }, () => published);
    expect(await alice.messenger.openConversation(bob.username)).toEqual({ ok: false, code: 'peer-identity-refused' });
    expect(alice.alarms).toContain('server-answer-refused');
  });
});

describe('[T-34] weak keys at first contact', () => {
  const spki = (modulusLength: number, publicExponent: number) =>
    new Uint8Array(
      generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ type: 'spki', format: 'der' }),
    );

  it('are refused, one by one, although the bundle is signed as it should be', async () => {
    const alice = await world.newcomer('alice', mallory.place);
    const bob = await registerBare(world.place(), world.name('bob'));
    const { account } = bob.account;
    const good = account.encryption.get(1)!;
    const evenModulus = new Uint8Array(good.rsaSpki);
    evenModulus[evenModulus.length - 6]! &= 0xfe;
    const exponentOne = new Uint8Array(good.rsaSpki);
    exponentOne.set([0, 0, 1], exponentOne.length - 3);
    const exponentThree = new Uint8Array(good.rsaSpki);
    exponentThree.set([0, 0, 3], exponentThree.length - 3);
    const outOfField = new Uint8Array(good.kemPublicKey).fill(0xff, 0, 1152);
    const weak: Parameters<typeof forgeBundle>[2][] = [
      { rsaSpki: spki(1024, 65_537) },
      { rsaSpki: spki(2048, 3) },
      { rsaSpki: spki(3072, 65_537) },
      { rsaSpki: evenModulus },
      { rsaSpki: exponentOne },
      { rsaSpki: exponentThree },
      { rsaSpki: new Uint8Array(294) },
      { mlkem768: good.kemPublicKey.slice(0, 1183) },
      { mlkem768: new Uint8Array(0) },
      { mlkem768: outOfField },
      { ed25519: new Uint8Array(32) },
      { ed25519: Uint8Array.from([1, ...new Uint8Array(31)]) },
      { algorithms: [1, 1] },
      { algorithms: [2, 1] },
      { algorithms: [0, 2] },
    ];
    for (const keys of weak) {
      const bundle = toBase64Url(await forgeBundle(bob.account, bob.username, keys));
      serveInsteadOf(bob, (real) => ({ ...real, bundles: [bundle] }));
      const outcome = await alice.messenger.openConversation(bob.username);
      expect(outcome.ok ? 'opened' : outcome.code).toBe('peer-identity-refused');
    }
    // The forge itself is sound: with good keys its bundle is taken.
    const bundle = toBase64Url(await forgeBundle(bob.account, bob.username, {}));
    serveInsteadOf(bob, (real) => ({ ...real, bundles: [bundle] }));
    await alice.open(bob.username);
  });
});

function fetchIdentity(asker: Person, userId: string): Promise<Response> {
  return asker.jar.fetch(`${world.endpoints().auth}/users/${userId}`, { method: 'GET' });
}
