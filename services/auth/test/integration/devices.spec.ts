import { fromBase64Url, toBase64Url } from '@secureconnect/contracts/encoding';
import { SessionsAnswer } from '@secureconnect/contracts/auth';
import { hex, Person } from '../person.js';
import { AuthUnderTest, type Browser } from './auth-under-test.js';
import { Hints, inStore, Owner } from './ownership-under-test.js';

jest.setTimeout(60_000);
const MINUTE_MS = 60_000;

describe('an owner', () => {
  let under: AuthUnderTest;
  let hints: Hints;
  let alice: Owner;
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
    await hints.settle();
    hints.changed.length = 0;
    hints.ended.length = 0;
  });

  /** Another browser of alice, bound to a device of its own. */
  const onDevice = async (): Promise<{ browser: Browser; deviceId: string; sessionId: string; cert: Uint8Array }> => {
    const browser = under.browser();
    await browser.login(alice.person);
    const deviceId = hex();
    const cert = await alice.person.deviceCert({ deviceId });
    const { body } = await browser.post('devices', { deviceCert: toBase64Url(cert) });
    return { browser, deviceId, sessionId: body.session.sessionId, cert };
  };
  const revoke = (revocations: string[], browser = alice.browser) => browser.post('devices/revoke', { revocations });
  const revocationsOf = async () =>
    (await alice.browser.get(`users/${alice.person.userId}`)).body.revocations as string[];
  const gone = { status: 401, body: { code: 'session-ended' } };
  const refused = { status: 422, body: { code: 'revocation-refused' } };

  describe('sees the sessions that stand', () => {
    it('newest first, the own one marked, with device and minute', async () => {
      const other = await onDevice();
      const before = Date.now();
      const { sessions } = SessionsAnswer.parse((await alice.browser.get('sessions')).body);
      expect(sessions.map(({ deviceId, current }) => ({ deviceId, current }))).toEqual([
        { deviceId: other.deviceId, current: false },
        { deviceId: alice.person.deviceId, current: true },
      ]);
      for (const { lastSeenAtMs } of sessions) {
        expect(lastSeenAtMs % MINUTE_MS).toBe(0);
        expect(lastSeenAtMs).toBeGreaterThan(before - 2 * MINUTE_MS);
      }
    });

    it('as seen when they were last used, also after a restart', async () => {
      const other = await onDevice();
      inStore(
        under,
        'UPDATE session SET last_seen_at_ms = 0, rotated_at_ms = 0 WHERE user_id = ?',
        alice.person.userId,
      );
      const seenOf = async () =>
        SessionsAnswer.parse((await alice.browser.get('sessions')).body).sessions.map(
          ({ sessionId, lastSeenAtMs }) => [sessionId === other.sessionId, lastSeenAtMs > 0] as const,
        );
      // The service may not have forgotten by itself what it noted before: a restart does.
      await under.restart();
      inStore(
        under,
        'UPDATE session SET last_seen_at_ms = 0, rotated_at_ms = 0 WHERE user_id = ?',
        alice.person.userId,
      );
      expect(await seenOf()).toEqual([
        [true, false],
        [false, true],
      ]);
      await under.internal('/internal/sessions/check', { sessionIds: [other.sessionId] }, 'messaging-gateway');
      expect(await seenOf()).toEqual([
        [true, true],
        [false, true],
      ]);
      await under.restart();
      const seen = inStore<{ at: number }>(
        under,
        'SELECT last_seen_at_ms AS at FROM session WHERE session_id = ?',
        other.sessionId,
      );
      expect(seen[0]?.at).toBeGreaterThan(Date.now() - 3 * MINUTE_MS);
    });

    it('and not those that ended, expired or are another’s', async () => {
      const [loggedOut, expired] = [await onDevice(), await onDevice()];
      await loggedOut.browser.post('logout');
      inStore(under, 'UPDATE session SET expires_at_ms = 1 WHERE session_id = ?', expired.sessionId);
      const bob = await Owner.registered(under, `bob${String(names)}`);
      expect((await alice.browser.get('sessions')).body.sessions).toHaveLength(1);
      expect((await bob.browser.get('sessions')).body.sessions).toHaveLength(1);
    });

    it('of which there are 256 at most: a login beyond ends the one used least lately', async () => {
      const own = (await alice.browser.get('me')).body.session.sessionId as string;
      for (let session = 0; session < 255; session++) {
        inStore(
          under,
          `INSERT INTO session (session_id, user_id, generation, rotated_at_ms, created_at_ms, expires_at_ms)
           VALUES (?, ?, 1, ?, 1, ?)`,
          hex(),
          alice.person.userId,
          Date.now() + 1_000 + session,
          Date.now() + 3_600_000,
        );
      }
      const latest = under.browser();
      await latest.login(alice.person);
      expect(SessionsAnswer.parse((await latest.get('sessions')).body).sessions).toHaveLength(256);
      expect(await alice.browser.get('me')).toMatchObject(gone);
      await hints.settle();
      expect(hints.ended).toMatchObject([{ sessionId: own, reason: 'revoked' }]);
    });
  });

  describe('ends sessions', () => {
    it('by name, at once, and their sockets are cut', async () => {
      const [one, two] = [await onDevice(), await onDevice()];
      const answer = await alice.browser.post('sessions/end', { sessionIds: [one.sessionId, hex()] });
      expect(answer).toMatchObject({ status: 200, body: {} });
      expect(await one.browser.get('me')).toMatchObject(gone);
      expect(await one.browser.post('refresh')).toMatchObject(gone);
      expect(await two.browser.get('me')).toMatchObject({ status: 200 });
      await hints.settle();
      expect(hints.ended).toMatchObject([{ sessionId: one.sessionId, reason: 'revoked' }]);
    });

    it('all others', async () => {
      const others = [await onDevice(), await onDevice()];
      await alice.browser.post('sessions/end', { others: true });
      for (const { browser } of others) expect(await browser.get('me')).toMatchObject(gone);
      expect(await alice.browser.get('me')).toMatchObject({ status: 200 });
    });

    it('never another’s', async () => {
      const mallory = await Owner.registered(under, `mallory${String(names)}`);
      const { sessionId } = (await alice.browser.get('me')).body.session;
      expect(await mallory.browser.post('sessions/end', { sessionIds: [sessionId] })).toMatchObject({ status: 200 });
      await mallory.browser.post('sessions/end', { others: true });
      expect(await alice.browser.get('me')).toMatchObject({ status: 200 });
    });

    it.each([
      [{}],
      [{ sessionIds: [] }],
      [{ others: false }],
      [{ sessionIds: ['x'] }],
      [{ others: true, sessionIds: [hex()] }],
    ])('not for %j', async (body) => {
      expect(await alice.browser.post('sessions/end', body)).toMatchObject({ status: 400 });
    });
  });

  describe('revokes devices', () => {
    it('for good: sessions end, sockets are cut, contacts are told, the directory says so', async () => {
      const lost = await onDevice();
      const again = under.browser();
      await again.login(alice.person);
      await again.post('devices', { deviceCert: toBase64Url(lost.cert) });
      await hints.settle();
      hints.changed.length = 0;
      const revocation = await alice.person.revocation(lost.deviceId);
      expect(await revoke([revocation])).toMatchObject({ status: 200, body: {} });
      expect(await revocationsOf()).toEqual([revocation]);
      for (const browser of [lost.browser, again]) {
        expect(await browser.get('me')).toMatchObject(gone);
        expect(await browser.get('vault')).toMatchObject(gone);
        expect(await browser.post('refresh')).toMatchObject(gone);
      }
      await hints.settle();
      expect(hints.ended.map(({ reason }) => reason)).toEqual(['revoked', 'revoked']);
      expect(hints.changed).toEqual([alice.person.userId]);
      const check = { sessionIds: [lost.sessionId] };
      const standing = await under.internal('/internal/sessions/check', check, 'signaling');
      expect(standing.body).toEqual({ standing: [] });
    });

    it('which are never bound again: not by a new log-in, not by a newer certificate', async () => {
      const lost = await onDevice();
      await revoke([await alice.person.revocation(lost.deviceId)]);
      const browser = under.browser();
      await browser.login(alice.person);
      const key = fromBase64Url(toBase64Url(lost.cert)).slice(36, 68);
      const renewed = await alice.person.deviceCert({ deviceId: lost.deviceId, ed25519: key });
      for (const cert of [lost.cert, renewed]) {
        const answer = await browser.post('devices', { deviceCert: toBase64Url(cert) });
        expect(answer).toMatchObject({ status: 422, body: { code: 'device-refused' } });
      }
    });

    it('once: the first revocation stays, and saying it again is no news', async () => {
      const lost = await onDevice();
      const first = await alice.person.revocation(lost.deviceId);
      await revoke([first]);
      await hints.settle();
      hints.changed.length = 0;
      const second = await alice.person.revocation(lost.deviceId, { revokedAtMs: 1 });
      expect(await revoke([second])).toMatchObject({ status: 200 });
      expect(await revocationsOf()).toEqual([first]);
      await hints.settle();
      expect(hints.changed).toEqual([]);
    });

    it('its own too: the cookies go', async () => {
      const own = await onDevice();
      expect(await revoke([await alice.person.revocation(own.deviceId)], own.browser)).toMatchObject({ status: 200 });
      expect(own.browser.cookies.size).toBe(0);
    });

    it('256 in one request', async () => {
      const cert = Buffer.from(await alice.person.deviceCert());
      const devices = Array.from({ length: 255 }, () => hex());
      for (const deviceId of devices)
        inStore(
          under,
          'INSERT INTO device (device_id, user_id, cert, published_at_ms) VALUES (?, ?, ?, 0)',
          deviceId,
          alice.person.userId,
          cert,
        );
      const revocations = await Promise.all(devices.map((deviceId) => alice.person.revocation(deviceId)));
      expect(await revoke(revocations)).toMatchObject({ status: 200 });
      expect(await revocationsOf()).toHaveLength(255);
    });

    it('all or none', async () => {
      const lost = await onDevice();
      const good = await alice.person.revocation(lost.deviceId);
      const mallory = await Person.named('mallory');
      const other = await Owner.registered(under, `carol${String(names)}`);
      const flipped = fromBase64Url(good);
      flipped[flipped.length - 1]! ^= 1;
      const flippedEd = fromBase64Url(good);
      flippedEd[50]! ^= 1;
      for (const bad of [
        await mallory.revocation(lost.deviceId, { userId: alice.person.userId }),
        await alice.person.revocation(hex()),
        await alice.person.revocation(other.person.deviceId),
        await alice.person.revocation(lost.deviceId, { userId: other.person.userId }),
        await alice.person.revocation(lost.deviceId, { revokedAtMs: Date.now() + 2 * 24 * 3_600_000 }),
        toBase64Url(flipped),
        toBase64Url(flippedEd),
        good, // the same device twice
        toBase64Url(await alice.person.deviceCert()),
      ]) {
        expect(await revoke([good, bad])).toMatchObject(refused);
      }
      expect(await revocationsOf()).toEqual([]);
      expect(await lost.browser.get('me')).toMatchObject({ status: 200 });
    });

    it('not from a session that is over', async () => {
      const lost = await onDevice();
      await alice.browser.post('sessions/end', { sessionIds: [lost.sessionId] });
      const revocation = await alice.person.revocation(alice.person.deviceId);
      expect(await revoke([revocation], lost.browser)).toMatchObject(gone);
    });
  });

  it('is not bound by a certificate that was being published while the session was ended', async () => {
    const browser = under.browser();
    const { sessionId } = (await browser.login(alice.person)).body.session;
    const deviceId = hex();
    const cert = toBase64Url(await alice.person.deviceCert({ deviceId }));
    const [published] = await Promise.all([
      browser.post('devices', { deviceCert: cert }),
      alice.browser.post('sessions/end', { sessionIds: [sessionId] }),
    ]);
    const stored = inStore(under, 'SELECT 1 FROM device WHERE device_id = ?', deviceId);
    expect(stored).toHaveLength(published.status === 200 ? 1 : 0);
  });
});
