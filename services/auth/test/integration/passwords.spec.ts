import { toBase64Url } from '@secureconnect/contracts/encoding';
import { BcryptThreads } from '../../src/accounts/bcrypt-threads.js';
import { hex, Person, randomSecret } from '../person.js';
import { AuthUnderTest, type Browser } from './auth-under-test.js';
import { Hints, inStore, Owner } from './ownership-under-test.js';

jest.setTimeout(120_000);

const realCompare = BcryptThreads.prototype.compare;
const compare = jest.spyOn(BcryptThreads.prototype, 'compare');

describe('an owner changes', () => {
  let under: AuthUnderTest;
  let hints: Hints;
  let names = 0;

  beforeAll(async () => {
    under = await AuthUnderTest.start();
    hints = await Hints.of(under.redis.url);
  });

  afterAll(async () => {
    hints.close();
    await under.stop();
  });

  const owner = () => Owner.registered(under, `owner${String(++names)}`);
  const copyOf = (browser: Browser): Browser => {
    const copy = under.browser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    return copy;
  };
  const refused = (status: number, code: string) => ({ status, body: { code } });
  /** Everything that a refused change must leave as it was. */
  const stateOf = (userId: string) => ({
    account: inStore(under, 'SELECT * FROM account WHERE user_id = ?', userId),
    vault: inStore(under, 'SELECT * FROM vault WHERE user_id = ?', userId),
    bundles: inStore(under, 'SELECT bundle_ver FROM bundle WHERE user_id = ?', userId),
    revocations: inStore(under, 'SELECT device_id FROM revocation WHERE user_id = ?', userId),
    sessions: inStore(under, 'SELECT session_id, generation, ended_at_ms FROM session WHERE user_id = ?', userId),
  });

  describe('the password', () => {
    it('together with the vault: the old one opens nothing more, the new one gives the new share', async () => {
      const alice = await owner();
      const change = await alice.passwordChange();
      const answer = await alice.browser.post('password', change);
      expect(answer).toMatchObject({ status: 200, body: { session: { userId: alice.person.userId } } });
      const { username, authSecret } = alice.person;
      expect(await under.browser().login(alice.person)).toMatchObject(refused(401, 'credentials-refused'));
      const login = await under.browser().login({ username, authSecret: change.authSecret });
      expect(login).toMatchObject({ status: 200, body: { serverShare: change.serverShare } });
      expect((await under.browser().post('prelogin', { username })).body).toEqual({ kdfParams: change.kdfParams });
      expect(await alice.vault()).toMatchObject({ seq: 2, header: change.vault.header });
      expect(authSecret).not.toBe(change.authSecret);
    });

    it('and goes on under new tokens, while a copy of the old refresh token ends the session [T-20]', async () => {
      const alice = await owner();
      const thief = copyOf(alice.browser);
      await alice.browser.post('password', await alice.passwordChange());
      expect(await alice.browser.get('me')).toMatchObject({ status: 200 });
      // At once: an ordinary rotation would still answer the token before for ten seconds.
      expect(await thief.post('refresh')).toMatchObject(refused(401, 'session-reused'));
      expect(await alice.browser.post('refresh')).toMatchObject(refused(401, 'session-ended'));
    });

    it('and its new refresh token is good for the next refresh', async () => {
      const alice = await owner();
      await alice.browser.post('password', await alice.passwordChange());
      expect(await alice.browser.post('refresh')).toMatchObject({ status: 200 });
    });

    it('and ends the other sessions when asked, their sockets too', async () => {
      const alice = await owner();
      const others = [under.browser(), under.browser()];
      const ids: string[] = [];
      for (const other of others) ids.push((await other.login(alice.person)).body.session.sessionId as string);
      await alice.browser.post('password', await alice.passwordChange({ endOtherSessions: true }));
      for (const other of others) {
        expect(await other.get('me')).toMatchObject(refused(401, 'session-ended'));
        expect(await other.post('refresh')).toMatchObject(refused(401, 'session-ended'));
      }
      await hints.settle();
      const cut = hints.ended.filter(({ userId }) => userId === alice.person.userId);
      expect(cut.map(({ sessionId }) => sessionId).sort()).toEqual(ids.sort());
      expect(await alice.browser.get('me')).toMatchObject({ status: 200 });
    });

    it('and leaves the other sessions when not', async () => {
      const alice = await owner();
      const other = under.browser();
      await other.login(alice.person);
      await alice.browser.post('password', await alice.passwordChange());
      expect(await other.get('me')).toMatchObject({ status: 200 });
    });

    it('with new encryption keys and without the other devices, when somebody knew it', async () => {
      const alice = await owner();
      const stranger = under.browser();
      await stranger.login(alice.person);
      const deviceId = hex();
      await stranger.post('devices', { deviceCert: toBase64Url(await alice.person.deviceCert({ deviceId })) });
      const encryption = await Person.named('keys');
      const bundle = await alice.person.bundle({ bundleVer: 2, previous: alice.bundle, encryption });
      const revocations = [await alice.person.revocation(deviceId)];
      await hints.settle();
      hints.changed.length = 0;
      const change = await alice.passwordChange({ bundle: toBase64Url(bundle), revocations });
      expect(await alice.browser.post('password', change)).toMatchObject({ status: 200 });
      const { body } = await alice.browser.get(`users/${alice.person.userId}`);
      expect(body.bundles).toEqual([toBase64Url(alice.bundle), toBase64Url(bundle)]);
      expect(body.revocations).toEqual(revocations);
      expect(body.deviceCerts).toHaveLength(2);
      expect(await stranger.get('me')).toMatchObject(refused(401, 'session-ended'));
      await hints.settle();
      expect(hints.changed).toContain(alice.person.userId);
    });

    it('with other account keys, which the old ones sign for and which sign the vault', async () => {
      const alice = await owner();
      const keys = await alice.person.anew();
      const co = { bundleVer: 2, previous: alice.bundle, keyChange: 'co-signed' };
      const bundle = await keys.bundle({ ...co, coSigner: alice.person });
      const change = await alice.passwordChange({ bundle: toBase64Url(bundle) });
      const kdfParams = Buffer.from(change.kdfParams, 'base64url');
      const stored = await alice.vault();
      const byOld = alice.browser.post('password', change);
      expect(await byOld).toMatchObject(refused(422, 'vault-refused'));
      const vault = await keys.nextVault(stored, stored.items, { kdfParams });
      const byMallory = await keys.bundle({ ...co, coSigner: await Person.named('mallory') });
      const forged = { ...change, vault, bundle: toBase64Url(byMallory) };
      expect(await alice.browser.post('password', forged)).toMatchObject(refused(422, 'identity-refused'));
      expect(await alice.browser.post('password', { ...change, vault })).toMatchObject({ status: 200 });
    });

    describe('never, and nothing of it,', () => {
      let alice: Owner;
      let keys: Person;

      beforeAll(async () => {
        alice = await owner();
        keys = await alice.person.anew();
      });

      const next = async (changes: Record<string, unknown>) => ({
        bundle: toBase64Url(
          await alice.person.bundle({ bundleVer: 2, previous: alice.bundle, encryption: keys, ...changes }),
        ),
      });

      it.each<[string, () => unknown, [number, string]]>([
        ['with a wrong password', () => ({ proof: { authSecret: randomSecret() } }), [401, 'credentials-refused']],
        [
          'with a recovery key that is not',
          () => ({ proof: { recoverySecret: randomSecret() } }),
          [401, 'credentials-refused'],
        ],
        [
          'with the password as a recovery key',
          () => ({ proof: { recoverySecret: alice.person.authSecret } }),
          [401, 'credentials-refused'],
        ],
        [
          'with weak derivation',
          () => ({ kdfParams: toBase64Url(Buffer.concat([Buffer.from([1, 0, 0, 3, 232]), Buffer.alloc(38)])) }),
          [400, 'invalid-request'],
        ],
        [
          'with derivation that the vault does not name',
          () => ({ kdfParams: toBase64Url(alice.person.kdfParams) }),
          [422, 'vault-refused'],
        ],
        [
          'with an old vault',
          async () => ({ vault: { ...(await alice.passwordChange()).vault, expectedSeq: 0 } }),
          [409, 'vault-conflict'],
        ],
        ['with a bundle that skips a version', () => next({ bundleVer: 3 }), [422, 'identity-refused']],
        [
          'with a bundle of the same version',
          () => next({ bundleVer: 1, previous: Buffer.alloc(0) }),
          [422, 'identity-refused'],
        ],
        [
          'with a bundle that follows another',
          () => next({ previous: Buffer.from('other') }),
          [422, 'identity-refused'],
        ],
        ['with a bundle of another name', () => next({ username: 'mallory' }), [422, 'identity-refused']],
        ['with a bundle of another user', () => next({ userId: hex() }), [422, 'identity-refused']],
        ['with a bundle that is over', () => next({ notBeforeMs: 1, notAfterMs: 2 }), [422, 'identity-refused']],
        ['with a bundle older than the one before', () => next({ notBeforeMs: 1 }), [422, 'identity-refused']],
        ['with the same encryption keys', () => next({ encryption: alice.person }), [422, 'identity-refused']],
        [
          'with a reset in disguise',
          async () => ({
            bundle: toBase64Url(await keys.bundle({ bundleVer: 2, previous: alice.bundle, keyChange: 'reset' })),
          }),
          [422, 'identity-refused'],
        ],
        ['with a reset of the same keys', () => next({ keyChange: 'reset' }), [422, 'identity-refused']],
        [
          'with other keys said to be the same',
          async () => ({ bundle: toBase64Url(await keys.bundle({ bundleVer: 2, previous: alice.bundle })) }),
          [422, 'identity-refused'],
        ],
        [
          'with the own device revoked',
          async () => ({ revocations: [await alice.person.revocation(alice.person.deviceId)] }),
          [422, 'revocation-refused'],
        ],
        [
          'with an unknown device revoked',
          async () => ({ revocations: [await alice.person.revocation(hex())] }),
          [422, 'revocation-refused'],
        ],
        [
          'with a forged revocation',
          async () => ({ revocations: [await keys.revocation(hex())] }),
          [422, 'revocation-refused'],
        ],
        [
          'with no slot for the password',
          async () => ({ vault: (await alice.passwordChange({}, [2])).vault }),
          [422, 'vault-refused'],
        ],
      ])('%s', async (_, changes, [status, code]) => {
        const request = await alice.passwordChange((await changes()) as Record<string, unknown>);
        const before = stateOf(alice.person.userId);
        expect(await alice.browser.post('password', request)).toMatchObject(refused(status, code));
        expect(stateOf(alice.person.userId)).toEqual(before);
      });
    });

    it('by a session that was ended meanwhile: no', async () => {
      const alice = await owner();
      const change = await alice.passwordChange();
      await alice.browser.ask('POST', 'sessions/end', {
        sessionIds: [(await alice.browser.get('me')).body.session.sessionId],
      });
      expect(await alice.browser.post('password', change)).toMatchObject(refused(401, 'session-ended'));
    });

    it('once, when two devices do it at the same time', async () => {
      const alice = await owner();
      const other = under.browser();
      await other.login(alice.person);
      const [one, two] = [await alice.passwordChange(), await alice.passwordChange()];
      const answers = await Promise.all([alice.browser.post('password', one), other.post('password', two)]);
      // The second one proved a password that is not the password any more.
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
      const [winner, loser] = answers[0].status === 200 ? [one, two] : [two, one];
      const { username } = alice.person;
      expect(await under.browser().login({ username, authSecret: winner.authSecret })).toMatchObject({ status: 200 });
      expect(await under.browser().login({ username, authSecret: loser.authSecret })).toMatchObject({ status: 401 });
      const vaults = inStore(under, 'SELECT seq, header FROM vault WHERE user_id = ?', alice.person.userId);
      expect(vaults).toEqual([{ seq: 2, header: Buffer.from(winner.vault.header, 'base64url') }]);
    });

    it('so that a login with the old one, checked at that very moment, begins no session', async () => {
      const alice = await owner();
      const change = await alice.passwordChange({ endOtherSessions: true });
      let changed: Promise<unknown> | undefined;
      compare.mockImplementationOnce(async function (this: BcryptThreads, secret: string, verifier: string) {
        const matches = await realCompare.call(this, secret, verifier);
        changed = alice.browser.post('password', change);
        await changed;
        return matches;
      });
      expect(await under.browser().login(alice.person)).toMatchObject(refused(401, 'credentials-refused'));
      expect(await changed).toMatchObject({ status: 200 });
      expect((await alice.browser.get('sessions')).body.sessions).toHaveLength(1);
    });
  });

  describe('the recovery key', () => {
    it('which opens a session, proves the owner, and is known to `me`', async () => {
      const alice = await owner();
      expect((await alice.browser.get('me')).body).toMatchObject({ hasRecoveryKey: false });
      const recoverySecret = randomSecret();
      expect(await alice.browser.ask('PUT', 'recovery', await alice.recovery(recoverySecret))).toMatchObject({
        status: 200,
        body: { seq: 2 },
      });
      expect((await alice.browser.get('me')).body).toMatchObject({ hasRecoveryKey: true });
      const { username } = alice.person;
      const forgetful = under.browser();
      const answer = await forgetful.post('recover', { username, recoverySecret });
      expect(answer).toMatchObject({ status: 200, body: { session: { username, deviceId: null } } });
      expect(answer.body).not.toHaveProperty('serverShare');
      const change = await alice.passwordChange({ proof: { recoverySecret } }, [1, 2]);
      expect(await forgetful.post('password', change)).toMatchObject({ status: 200 });
      expect(await under.browser().login({ username, authSecret: change.authSecret })).toMatchObject({ status: 200 });
      expect(await under.browser().post('recover', { username, recoverySecret })).toMatchObject({ status: 200 });
    });

    it('gone with its slot: by itself, and when a new password came without it', async () => {
      const alice = await owner();
      const { username } = alice.person;
      const recoverySecret = randomSecret();
      await alice.browser.ask('PUT', 'recovery', await alice.recovery(recoverySecret));
      await alice.browser.ask('PUT', 'recovery', await alice.recovery(null));
      expect(await under.browser().post('recover', { username, recoverySecret })).toMatchObject({ status: 401 });
      await alice.browser.ask('PUT', 'recovery', await alice.recovery(recoverySecret));
      await alice.browser.post('password', await alice.passwordChange());
      expect(await under.browser().post('recover', { username, recoverySecret })).toMatchObject({ status: 401 });
      expect((await alice.browser.get('me')).body).toMatchObject({ hasRecoveryKey: false });
    });

    it('is answered like the first time when it is set again', async () => {
      const alice = await owner();
      const request = await alice.recovery(randomSecret());
      for (let time = 0; time < 2; time++) {
        expect(await alice.browser.ask('PUT', 'recovery', request)).toMatchObject({ status: 200, body: { seq: 2 } });
      }
    });

    it('never without proof, slot or newest vault, and then nothing of it', async () => {
      const alice = await owner();
      const before = stateOf(alice.person.userId);
      const secret = randomSecret();
      const slotless = await alice.recovery(null);
      const slotted = await alice.recovery(secret);
      for (const [request, status, code] of [
        [await alice.recovery(secret, { proof: { authSecret: randomSecret() } }), 401, 'credentials-refused'],
        [{ ...slotless, recoverySecret: secret }, 422, 'vault-refused'],
        [{ ...slotted, recoverySecret: null }, 422, 'vault-refused'],
        [{ ...slotted, vault: { ...slotted.vault, expectedSeq: 0 } }, 409, 'vault-conflict'],
        [{ ...slotted, proof: {} }, 400, 'invalid-request'],
      ] as const) {
        expect(await alice.browser.ask('PUT', 'recovery', request)).toMatchObject(refused(status, code));
      }
      expect(stateOf(alice.person.userId)).toEqual(before);
      expect(await under.browser().ask('PUT', 'recovery', slotted)).toMatchObject(refused(401, 'unauthenticated'));
    });

    it('refused in the same words after the same work: wrong, not set, or nobody’s', async () => {
      const [alice, bob] = [await owner(), await owner()];
      await alice.browser.ask('PUT', 'recovery', await alice.recovery(randomSecret()));
      const answers = [];
      for (const username of [alice.person.username, bob.person.username, 'nobody-at-all']) {
        compare.mockClear();
        const { status, body, setCookies } = await under
          .browser()
          .post('recover', { username, recoverySecret: randomSecret() });
        answers.push({ status, body: body as unknown, setCookies, comparisons: compare.mock.calls.length });
      }
      expect(answers[0]).toMatchObject({ status: 401, body: { code: 'credentials-refused' }, comparisons: 1 });
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    });
  });
});
