import { toBase64Url } from '@secureconnect/contracts/encoding';
import { PublicIdentity, ResetCode, type ResetRequest, type Vault } from '@secureconnect/contracts/auth';
import { readFileSync } from 'node:fs';
import { BcryptThreads } from '../../src/accounts/bcrypt-threads.js';
import { hex, type Person, randomSecret } from '../person.js';
import { AuthUnderTest } from './auth-under-test.js';
import { Hints, inStore, Owner } from './ownership-under-test.js';

jest.setTimeout(120_000);

const compare = jest.spyOn(BcryptThreads.prototype, 'compare');

describe('starting fresh', () => {
  let under: AuthUnderTest;
  let hints: Hints;
  let alice: Owner;
  let fresh: Person;
  let names = 0;

  beforeAll(async () => {
    under = await AuthUnderTest.start();
    hints = await Hints.of(under.redis.url);
  });

  afterAll(async () => {
    hints.close();
    await under.stop();
  });

  beforeEach(async () => {
    alice = await Owner.registered(under, `alice${String(++names)}`);
    fresh = await alice.person.anew();
  });

  const operator = hex();
  const codeFor = async (userId: string) => {
    const { body } = await under.internal('/internal/users/reset-code', { userId, byUserId: operator });
    return body as { code: string; expiresAtMs: number };
  };
  const reset = (request: ResetRequest, browser = under.browser()) => browser.post('reset', request);
  const byPassword = (changes: Record<string, unknown> = {}) =>
    fresh.reset({ authSecret: alice.person.authSecret }, alice.bundle, changes);
  const byCode = (resetCode: string) => fresh.reset({ resetCode }, alice.bundle);
  const identity = async () => PublicIdentity.parse((await alice.browser.get(`users/${alice.person.userId}`)).body);
  const refused = (code: string) => ({ body: { code }, setCookies: [] });

  it('with the password: new keys, a new vault, a session on the new device, the same id and name', async () => {
    await alice.browser.ask('PUT', 'recovery', await alice.recovery(randomSecret()));
    const request = await byPassword();
    const browser = under.browser();
    const { userId, username } = alice.person;
    const answer = await reset(request, browser);
    expect(answer).toMatchObject({
      status: 200,
      body: { session: { userId, username, deviceId: fresh.deviceId }, serverShare: fresh.serverShare },
    });
    expect((await browser.get('vault')).body).toMatchObject({ ...request.vault, seq: 1 });
    expect((await browser.get('me')).body).toMatchObject({ hasRecoveryKey: false, email: `${username}@example.org` });
    expect(await under.browser().login(fresh)).toMatchObject({ status: 200 });
    expect(await under.browser().login(alice.person)).toMatchObject(refused('credentials-refused'));
    expect((await browser.get('sessions')).body.sessions).toHaveLength(2);
  });

  it('leaves bundles and certificates of before readable, and the new ones beside them', async () => {
    const before = await identity();
    const request = await byPassword();
    await reset(request);
    expect(await identity()).toEqual({
      ...before,
      bundles: [...before.bundles, request.bundle],
      deviceCerts: [...before.deviceCerts, request.deviceCert],
    });
  });

  it('ends every session of before, cuts their sockets, and tells the contacts', async () => {
    const other = under.browser();
    await other.login(alice.person);
    await hints.settle();
    hints.changed.length = hints.ended.length = 0;
    const browser = under.browser();
    const { sessionId } = (await reset(await byPassword(), browser)).body.session;
    for (const old of [alice.browser, other]) {
      expect(await old.get('me')).toMatchObject({ status: 401, body: { code: 'session-ended' } });
      expect(await old.post('refresh')).toMatchObject({ status: 401, body: { code: 'session-ended' } });
    }
    expect(await browser.get('me')).toMatchObject({ status: 200 });
    await hints.settle();
    expect(hints.changed).toEqual([alice.person.userId]);
    expect(hints.ended).toHaveLength(2);
    expect(hints.ended.map((hint) => hint.sessionId)).not.toContain(sessionId);
  });

  it('leaves the devices of before behind: neither bound nor renewed nor revoked, though the new keys say so', async () => {
    const browser = under.browser();
    await reset(await byPassword(), browser);
    const oldCert = Buffer.from((await identity()).deviceCerts[0] ?? '', 'base64url');
    const renewed = await fresh.deviceCert({ deviceId: alice.person.deviceId, ed25519: oldCert.subarray(36, 68) });
    for (const cert of [oldCert, renewed]) {
      expect(await browser.post('devices', { deviceCert: toBase64Url(cert) })).toMatchObject(refused('device-refused'));
    }
    const revocations = [await fresh.revocation(alice.person.deviceId)];
    expect(await browser.post('devices/revoke', { revocations })).toMatchObject(refused('revocation-refused'));
    const vault = await alice.person.nextVault((await browser.get('vault')).body as Vault, []);
    expect(await browser.ask('PUT', 'vault', vault)).toMatchObject(refused('vault-refused'));
    expect((await identity()).deviceCerts[0]).toBe(toBase64Url(oldCert));
  });

  it('can be done again', async () => {
    const request = await byPassword();
    await reset(request);
    const third = await alice.person.anew();
    const previous = Buffer.from(request.bundle, 'base64url');
    const again = await third.reset({ authSecret: fresh.authSecret }, previous, {
      bundle: toBase64Url(await third.bundle({ bundleVer: 3, previous, keyChange: 'reset' })),
    });
    expect(await reset(again)).toMatchObject({ status: 200 });
    expect((await identity()).bundles).toEqual([toBase64Url(alice.bundle), request.bundle, again.bundle]);
  });

  describe('with a code of an operator', () => {
    it('that is good once', async () => {
      const { code, expiresAtMs } = await codeFor(alice.person.userId);
      expect(ResetCode.parse(code)).toHaveLength(26);
      expect(expiresAtMs - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
      expect(expiresAtMs - Date.now()).toBeLessThanOrEqual(24 * 3_600_000);
      const request = await byCode(code);
      expect(await reset(request)).toMatchObject({ status: 200 });
      expect(await reset(request)).toMatchObject(refused('credentials-refused'));
    });

    it('or with the password: shows first what the new bundle has to follow, uses nothing up, and shows it to nobody else', async () => {
      const { code } = await codeFor(alice.person.userId);
      const { username } = alice.person;
      const ask = (proof: object, name: string = username) =>
        under.browser().post('reset/identity', { username: name, proof });
      for (const proof of [{ resetCode: code }, { authSecret: alice.person.authSecret }]) {
        const answer = await ask(proof);
        expect(answer).toMatchObject({ status: 200, setCookies: [] });
        expect(PublicIdentity.parse(answer.body)).toEqual(await identity());
      }
      expect(await ask({ resetCode: '0'.repeat(26) })).toMatchObject(refused('credentials-refused'));
      expect(await ask({ authSecret: fresh.authSecret })).toMatchObject(refused('credentials-refused'));
      expect(await ask({ resetCode: code }, 'nobody-here')).toMatchObject(refused('credentials-refused'));
      expect(await reset(await byCode(code))).toMatchObject({ status: 200 });
      expect(await ask({ resetCode: code })).toMatchObject(refused('credentials-refused'));
    });

    it('of two at the same moment, one', async () => {
      const { code } = await codeFor(alice.person.userId);
      const thief = await alice.person.anew();
      const requests = [await byCode(code), await thief.reset({ resetCode: code }, alice.bundle)];
      const statuses = (await Promise.all(requests.map((request) => reset(request)))).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect((await identity()).bundles).toHaveLength(2);
    });

    it('not after a day, not after the next code, not for another, not after a new password', async () => {
      const first = await codeFor(alice.person.userId);
      const second = await codeFor(alice.person.userId);
      expect(await reset(await byCode(first.code))).toMatchObject(refused('credentials-refused'));
      const bob = await Owner.registered(under, `bob${String(names)}`);
      const bobs = await (await bob.person.anew()).reset({ resetCode: second.code }, bob.bundle);
      expect(await reset(bobs)).toMatchObject(refused('credentials-refused'));
      inStore(under, 'UPDATE reset_code SET expires_at_ms = ? WHERE user_id = ?', Date.now() - 1, alice.person.userId);
      expect(await reset(await byCode(second.code))).toMatchObject(refused('credentials-refused'));
      const third = await codeFor(alice.person.userId);
      await alice.browser.post('password', await alice.passwordChange());
      expect(await reset(await byCode(third.code))).toMatchObject(refused('credentials-refused'));
    });

    it('of which the store keeps no trace but a hash', async () => {
      const { code } = await codeFor(alice.person.userId);
      for (const file of [under.storeFile, `${under.storeFile}-wal`])
        expect(readFileSync(file).includes(code)).toBe(false);
      const rows = inStore(under, 'SELECT * FROM reset_code WHERE user_id = ?', alice.person.userId);
      expect(rows).toMatchObject([{ code_hash: expect.stringMatching(/^\$2b\$/) as string, made_by: operator }]);
    });

    it('which admin alone can ask for, of users there are', async () => {
      const request = { userId: alice.person.userId, byUserId: operator };
      for (const caller of ['messaging-gateway', 'signaling', 'credits'] as const)
        expect(await under.internal('/internal/users/reset-code', request, caller)).toMatchObject({ status: 403 });
      expect(await under.internal('/internal/users/reset-code', { ...request, userId: hex() })).toMatchObject({
        status: 404,
      });
      expect(await alice.browser.ask('POST', '../../internal/users/reset-code', request)).toMatchObject({
        status: 404,
      });
    });
  });

  it('is refused in the same words after the same work: wrong, without a code, or nobody', async () => {
    const bob = await Owner.registered(under, `bob${String(names)}`);
    await codeFor(bob.person.userId);
    const known = await byPassword();
    const answers = [];
    for (const username of [alice.person.username, bob.person.username, 'nobody-at-all']) {
      for (const proof of [{ authSecret: randomSecret() }, { resetCode: '0'.repeat(26) }]) {
        const request = { ...known, username, proof };
        compare.mockClear();
        const { status, body, setCookies } = await under.browser().post('reset', request);
        answers.push({ status, body: body as unknown, setCookies, comparisons: compare.mock.calls.length });
      }
    }
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'credentials-refused' }, comparisons: 1 });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('cannot be dated back to before what an older account has sent: history would not count', async () => {
    const day = 86_400_000;
    const bob = await Owner.registered(under, `bob${String(names)}`, { notBeforeMs: Date.now() - 10 * day });
    const anew = await bob.person.anew();
    const dated = async (daysAgo: number) => {
      const changes = {
        bundleVer: 2,
        previous: bob.bundle,
        keyChange: 'reset',
        notBeforeMs: Date.now() - daysAgo * day,
      };
      const bundle = toBase64Url(await anew.bundle(changes));
      return reset(await anew.reset({ authSecret: bob.person.authSecret }, bob.bundle, { bundle }));
    };
    expect(await dated(2)).toMatchObject(refused('identity-refused'));
    expect(await dated(0.9)).toMatchObject({ status: 200 });
  });

  it('is refused to the banned', async () => {
    inStore(under, 'UPDATE account SET banned = 1 WHERE user_id = ?', alice.person.userId);
    expect(await reset(await byPassword())).toMatchObject(refused('account-banned'));
  });

  it.each<[string, () => Promise<Record<string, unknown>>, string]>([
    ['that follows no bundle', () => bundleWith({ previous: Buffer.from('other') }), 'identity-refused'],
    ['of a version further on', () => bundleWith({ bundleVer: 3 }), 'identity-refused'],
    ['that starts over at one', async () => ({ bundle: toBase64Url(await fresh.bundle()) }), 'identity-refused'],
    ['that does not say so', () => bundleWith({ keyChange: 'none' }), 'identity-refused'],
    [
      'with the old keys',
      async () => ({
        bundle: toBase64Url(
          await alice.person.bundle({ bundleVer: 2, previous: alice.bundle, keyChange: 'reset', encryption: fresh }),
        ),
      }),
      'identity-refused',
    ],
    ['of another name', () => bundleWith({ username: 'mallory' }), 'identity-refused'],
    [
      'that is dated back, so that history would not count',
      () => bundleWith({ notBeforeMs: Date.now() - 2 * 86_400_000 }),
      'identity-refused',
    ],
    ['of tomorrow', () => bundleWith({ notBeforeMs: Date.now() + 2 * 86_400_000 }), 'identity-refused'],
    [
      'with a certificate of the old keys',
      async () => ({ deviceCert: toBase64Url(await alice.person.deviceCert({ deviceId: hex() })) }),
      'device-refused',
    ],
    [
      'with a known device',
      async () => ({ deviceCert: toBase64Url(await fresh.deviceCert({ deviceId: alice.person.deviceId })) }),
      'device-refused',
    ],
    [
      'with a vault of the old keys',
      async () => ({ vault: await alice.person.firstVault([], { kdfParams: fresh.kdfParams }) }),
      'vault-refused',
    ],
    [
      'with a vault of other derivation',
      async () => ({ vault: await fresh.firstVault([], { kdfParams: alice.person.kdfParams }) }),
      'vault-refused',
    ],
    [
      'with weak derivation',
      async () => Promise.resolve({ kdfParams: toBase64Url(Buffer.alloc(43, 1)) }),
      'invalid-request',
    ],
  ])('refuses one %s, and nothing has changed', async (_, changes, code) => {
    const { code: resetCode } = await codeFor(alice.person.userId);
    const before = await identity();
    const request = { ...(await byCode(resetCode)), ...(await changes()) };
    expect(await reset(request)).toMatchObject(refused(code));
    expect(await identity()).toEqual(before);
    expect(await alice.browser.get('me')).toMatchObject({ status: 200 });
    // The code is not used up by it.
    expect(await reset(await byCode(resetCode))).toMatchObject({ status: 200 });
  });

  async function bundleWith(changes: Record<string, unknown>): Promise<Record<string, unknown>> {
    const base = { bundleVer: 2, previous: alice.bundle, keyChange: 'reset' };
    return { bundle: toBase64Url(await fresh.bundle({ ...base, ...changes })) };
  }
});
