import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { endpointsAt } from '@secureconnect/client/deps';
import { auditFolder } from '../src/audit/audit-folder.js';
import { readDeclarations } from '../src/audit/declarations.js';
import { readMarkers } from '../src/audit/markers.js';
import { listenToRedis, secretText, serverNeverSaw, sightings } from '../src/invariants/server-never-saw.js';
import { formsOf } from '../src/invariants/text-forms.js';
import { Mallory } from '../src/mallory/mallory.js';
import { openSecrets } from '../src/people/opened-secrets.js';
import { eventually } from '../src/waiting/eventually.js';
import { World } from '../src/world/world.js';

jest.setTimeout(90_000);

let world: World;
let web: string;
beforeAll(async () => {
  web = mkdtempSync(join(tmpdir(), 'secureconnect-web-'));
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>SecureConnect</title>');
  world = await World.begin({ nginx: true, web });
});
afterEach(async () => world.closeEverybody());
afterAll(async () => {
  await world.end();
  rmSync(web, { recursive: true, force: true });
});

describe('the forms of a secret', () => {
  it.each([0, 1, 2, 3, 4, 5])('are found %d bytes into something longer, in every encoding', (before) => {
    const secret = Buffer.from('a marker of some length');
    const whole = Buffer.concat([Buffer.alloc(before, 'x'), secret, Buffer.alloc(7, 'y')]);
    for (const encoding of ['latin1', 'hex', 'base64', 'base64url'] as const) {
      const file = Buffer.from(whole.toString(encoding), 'latin1');
      expect(formsOf(secret).some((form) => file.includes(form))).toBe(true);
      expect(formsOf(Buffer.from('another marker than that')).some((form) => file.includes(form))).toBe(false);
    }
  });
});

describe('story 6: through nginx', () => {
  it('a marker in every field that a person fills is found nowhere but in those that are public', async () => {
    const place = { origin: world.stack.door!.httpUrl, endpoints: endpointsAt(world.stack.door!.httpUrl) };
    const redis = await listenToRedis(world.stack.redisUrl);
    world.atEnd(async () => void redis.stop());
    const alice = world.person('markerusername-alice', place, { password: 'MARKER-of-the-password-41c9' });
    await alice.signUp('marker.email@example.org');
    const bob = await world.newcomer('bob', place);
    await alice.open(bob.username);
    await alice.say(bob.username, 'MARKER-of-a-message-7d02');
    await bob.reads(alice.username, 'MARKER-of-a-message-7d02');
    expect(await alice.messenger.openConversation('marker.lookup-5e11')).toEqual({ ok: false, code: 'not-found' });
    expect(
      await alice.messenger.listUsers({
        search: 'MARKER-of-a-search-93aa',
        sort: 'joined',
        order: 'desc',
        page: 0,
        pageSize: 50,
      }),
    ).toMatchObject({ ok: false });
    expect(
      (
        await alice.messenger.claimAdmin(
          Buffer.from('MARKER-of-a-token-that-is-32-bytes').subarray(0, 32).toString('base64url'),
        )
      ).ok,
    ).toBe(false);
    await eventually(
      () => alice.messenger.credits(),
      (credits) => credits === 499,
    );
    for (const hostile of ['MARKER-in-a-body-1f00', 'MARKER-in-a-name-2b77']) {
      await alice.jar.fetch(`${place.endpoints.auth}/login`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'MARKER-of-a-browser-8c8c',
          referer: 'http://localhost/MARKER-of-a-page-0a0a',
        },
        body: JSON.stringify({ username: hostile, authSecret: hostile, [hostile]: hostile }),
      });
    }
    const failing = world.person('markerusername-alice', place, { password: 'MARKER-of-a-wrong-password-66ab' });
    expect((await failing.tryLogIn()).ok).toBe(false);
    await world.closeEverybody();

    const said = new Map([['what was said to Redis', redis.stop()]]);
    await serverNeverSaw(
      world.stack,
      [
        'MARKER-of-the-password-41c9',
        'MARKER-of-a-message-7d02',
        'marker.lookup-5e11',
        'MARKER-of-a-search-93aa',
        'MARKER-of-a-token-that',
        'MARKER-in-a-body-1f00',
        'MARKER-in-a-name-2b77',
        'MARKER-of-a-browser-8c8c',
        'MARKER-of-a-page-0a0a',
        'MARKER-of-a-wrong-password-66ab',
      ].map((marker) => secretText(marker, marker)),
      said,
    );
    // What is declared public is found, and in its store alone: the search finds what there is.
    const declared = await sightings(
      world.stack,
      [secretText('username', 'markerusername-alice'), secretText('email', 'marker.email@example.org')],
      said,
    );
    const authStore = basename(world.stack.replica('auth').storeFile);
    expect(new Set(declared.map(({ secret }) => secret))).toEqual(new Set(['username', 'email']));
    expect(declared.map(({ place: found }) => basename(found)).filter((file) => !file.startsWith(authStore))).toEqual(
      [],
    );
  });

  it('[T-1] no password, nothing derived from it but the auth secret, no private key and no vault key crosses the wire or is kept', async () => {
    const mallory = await Mallory.before(world);
    const redis = await listenToRedis(world.stack.redisUrl);
    world.atEnd(async () => void redis.stop());
    const alice = await world.newcomer('alice', mallory.place);
    const bob = await world.newcomer('bob');
    await alice.open(bob.username);
    await alice.say(bob.username, 'something to pin and to seal');
    await bob.reads(alice.username, 'something to pin and to seal');
    const elsewhere = world.elsewhere(alice, mallory.place);
    await elsewhere.logIn();
    await elsewhere.reads(bob.username, 'something to pin and to seal');
    await alice.messenger.logOut();

    const { authSecret, secrets } = await openSecrets(world.place(), alice.username, alice.password);
    expect(secrets.length).toBeGreaterThan(15);
    const wire = Buffer.concat(mallory.heard);
    // The one thing that may be sent is sent: the ear is not deaf.
    expect(formsOf(authSecret.bytes).some((form) => wire.includes(form))).toBe(true);
    await serverNeverSaw(world.stack, secrets, new Map([['the wire', wire]]));
    await serverNeverSaw(world.stack, [authSecret], new Map([['what was said to Redis', redis.stop()]]));
  });
});

describe('story 7: the auditor', () => {
  it('[T-116] [T-117] finds every column of every store declared, and as it is declared; and no marker but where it may be', async () => {
    const place = { origin: world.stack.door!.httpUrl, endpoints: endpointsAt(world.stack.door!.httpUrl) };
    const alice = world.person('planted-alice', place);
    await alice.signUp('planted.email@example.org');
    const bob = await world.newcomer('bob', place);
    await alice.open(bob.username);
    for (const length of [0, 10, 100, 240, 500, 1_000, 2_000, 10_000])
      await alice.say(bob.username, `planted-text-${'x'.repeat(length)}`);
    await bob.reads(alice.username, `planted-text-${'x'.repeat(10_000)}`);
    await bob.say(alice.username, 'planted-answer');
    await alice.reads(bob.username, 'planted-answer');
    await eventually(
      () => alice.thread(bob.username),
      (thread) => thread.filter(({ outgoing }) => outgoing).every(({ state }) => state === 'delivered'),
    );
    await world.closeEverybody();
    const markers = readMarkers(`
      planted-alice in auth
      planted.email@example.org in auth
      planted-text-
      planted-answer
      the password of planted-alice
    `);
    const { faults, stores, columns } = auditFolder(world.stack.dataDir, await readDeclarations(), markers);
    expect(faults).toEqual([]);
    expect(stores).toHaveLength(5);
    expect(columns).toBeGreaterThan(100);
  });
});
