import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import { SESSION_ENDED_CHANNEL } from '@secureconnect/contracts/internal';
import Sqlite from 'better-sqlite3';
import { Redis } from 'ioredis';
import { hex, Person } from '../person.js';
import { AuthUnderTest, type Browser } from './auth-under-test.js';

jest.setTimeout(60_000);

describe('sessions', () => {
  let under: AuthUnderTest;
  let alice: Person;
  let listener: Redis;
  const hints: { sessionId: string; reason: string }[] = [];

  beforeAll(async () => {
    under = await AuthUnderTest.start();
    alice = await Person.named('alice');
    await under.browser().register(alice);
    listener = new Redis(under.redis.url);
    listener.on('message', (_: string, message: string) => hints.push(JSON.parse(message) as (typeof hints)[number]));
    await listener.subscribe(SESSION_ENDED_CHANNEL);
  });

  afterAll(async () => {
    listener.disconnect();
    await under.stop();
  });

  async function loggedIn(): Promise<{ browser: Browser; sessionId: string }> {
    const browser = under.browser();
    const { body } = await browser.login(alice);
    return { browser, sessionId: body.session.sessionId };
  }

  function write(sql: string, ...values: unknown[]): void {
    const database = new Sqlite(under.storeFile, { timeout: 5_000 });
    database.prepare(sql).run(...values);
    database.close();
  }

  const refreshOf = (browser: Browser) => browser.cookies.get('sc-refresh') ?? '';
  const withRefresh = (token: string) => {
    const browser = under.browser();
    browser.cookies.set('sc-refresh', token);
    return browser;
  };
  const heard = async (sessionId: string) => {
    for (let wait = 0; wait < 100 && !hints.some((hint) => hint.sessionId === sessionId); wait++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    return hints.find((hint) => hint.sessionId === sessionId);
  };

  it('rotate their refresh token with every refresh', async () => {
    const { browser, sessionId } = await loggedIn();
    const tokens = [refreshOf(browser)];
    for (let round = 0; round < 3; round++) {
      expect((await browser.post('refresh')).body.session).toMatchObject({ sessionId, username: 'alice' });
      tokens.push(refreshOf(browser));
    }
    expect(new Set(tokens).size).toBe(4);
    expect(await browser.get('me')).toMatchObject({ status: 200 });
  });

  it('answer the token before with the current one for ten seconds: a lost answer, two tabs', async () => {
    const { browser } = await loggedIn();
    const first = refreshOf(browser);
    await browser.post('refresh');
    const current = refreshOf(browser);
    const other = withRefresh(first);
    expect(await other.post('refresh')).toMatchObject({ status: 200 });
    expect(refreshOf(other)).toBe(current);
    expect(await browser.post('refresh')).toMatchObject({ status: 200 });
  });

  it('survive several tabs that refresh at the same moment', async () => {
    const { browser } = await loggedIn();
    const token = refreshOf(browser);
    const tabs = Array.from({ length: 6 }, () => withRefresh(token));
    const answers = await Promise.all(tabs.map((tab) => tab.post('refresh')));
    expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill(200));
    expect(new Set(tabs.map(refreshOf)).size).toBe(1);
    expect(await tabs[0]?.post('refresh')).toMatchObject({ status: 200 });
  });

  it('are ended, and their sockets hinted, when a token that was used up comes again', async () => {
    const { browser, sessionId } = await loggedIn();
    const stolen = refreshOf(browser);
    await browser.post('refresh');
    await browser.post('refresh');
    const answer = await withRefresh(stolen).post('refresh');
    expect(answer).toMatchObject({ status: 401, body: { code: 'session-reused' } });
    expect(answer.setCookies.every((cookie) => cookie.includes('Max-Age=0'))).toBe(true);
    expect(await browser.post('refresh')).toMatchObject({ status: 401, body: { code: 'session-ended' } });
    expect(await heard(sessionId)).toMatchObject({ reason: 'revoked', userId: alice.userId });
  });

  it('are ended when the token before comes again after the grace', async () => {
    const { browser, sessionId } = await loggedIn();
    const first = refreshOf(browser);
    await browser.post('refresh');
    write('UPDATE session SET rotated_at_ms = rotated_at_ms - 10001 WHERE session_id = ?', sessionId);
    expect(await withRefresh(first).post('refresh')).toMatchObject({ status: 401, body: { code: 'session-reused' } });
    expect(await browser.get('me')).toMatchObject({ status: 401, body: { code: 'session-ended' } });
  });

  it('go on after a restart of the service', async () => {
    const { browser } = await loggedIn();
    await under.restart();
    expect(await browser.post('refresh')).toMatchObject({ status: 200 });
  });

  it.each([
    ['nothing', () => ''],
    ['garbage', () => 'garbage'],
    ['a token with a byte changed', (token: string) => (token.startsWith('A') ? 'B' : 'A') + token.slice(1)],
    [
      'another text of the same bytes',
      (token: string) => token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1),
    ],
    [
      'a token of another key',
      (token: string) => {
        const bytes = Buffer.from(token, 'base64url');
        const mac = createHmac('sha256', 'mallory')
          .update('SecureConnect/1 refresh-token\0')
          .update(bytes.subarray(0, 20))
          .digest();
        return Buffer.concat([bytes.subarray(0, 20), mac]).toString('base64url');
      },
    ],
  ])('refuse %s as a refresh token', async (_, change) => {
    const { browser } = await loggedIn();
    expect(await withRefresh(change(refreshOf(browser))).post('refresh')).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
    expect(await browser.post('refresh')).toMatchObject({ status: 200 });
  });

  it('refuse a token from the future, which only a restored backup explains', async () => {
    const { browser, sessionId } = await loggedIn();
    await browser.post('refresh');
    write('UPDATE session SET generation = 1 WHERE session_id = ?', sessionId);
    expect(await browser.post('refresh')).toMatchObject({ body: { code: 'session-ended' } });
  });

  it('end by time', async () => {
    const { browser, sessionId } = await loggedIn();
    write('UPDATE session SET expires_at_ms = ? WHERE session_id = ?', Date.now() - 1, sessionId);
    expect(await browser.post('refresh')).toMatchObject({ status: 401, body: { code: 'session-ended' } });
    expect(await browser.get('me')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('end by logout, at once and for good', async () => {
    const { browser, sessionId } = await loggedIn();
    const copy = new Map(browser.cookies);
    expect(await browser.post('logout')).toMatchObject({ status: 200 });
    expect(browser.cookies.size).toBe(0);
    expect(await heard(sessionId)).toMatchObject({ reason: 'logged-out' });
    const thief = under.browser();
    for (const [name, value] of copy) thief.cookies.set(name, value);
    for (const [method, path] of [
      ['GET', 'me'],
      ['GET', 'vault'],
      ['POST', 'refresh'],
    ] as const) {
      expect(await thief.ask(method, path, method === 'POST' ? {} : undefined)).toMatchObject({ status: 401 });
    }
    expect(await browser.post('logout')).toMatchObject({ status: 200 });
  });

  it('end by logout with either cookie alone', async () => {
    for (const kept of ['sc-access', 'sc-refresh']) {
      const { browser, sessionId } = await loggedIn();
      const other = under.browser();
      other.cookies.set(kept, browser.cookies.get(kept) ?? '');
      await other.post('logout');
      expect((await under.internal('/internal/sessions/check', { sessionIds: [sessionId] }, 'signaling')).body).toEqual(
        { standing: [] },
      );
    }
  });

  it('are neither begun nor refreshed for a banned account', async () => {
    const eve = await Person.named('eve');
    const browser = under.browser();
    await browser.register(eve);
    write('UPDATE account SET banned = 1 WHERE user_id = ?', eve.userId);
    expect(await under.browser().login(eve)).toMatchObject({ status: 403, body: { code: 'account-banned' } });
    expect(await browser.post('refresh')).toMatchObject({ status: 403, body: { code: 'account-banned' } });
  });

  it('go on while Redis is away', async () => {
    const { browser } = await loggedIn();
    await under.redis.pause();
    try {
      expect(await browser.post('refresh')).toMatchObject({ status: 200 });
      expect(await browser.post('logout')).toMatchObject({ status: 200 });
      expect(await under.browser().login(alice)).toMatchObject({ status: 200 });
    } finally {
      await under.redis.resume();
      await listener.ping();
    }
  });

  describe('bind to a device', () => {
    const publish = (browser: Browser, cert: Uint8Array) => browser.post('devices', { deviceCert: toBase64Url(cert) });

    it('by a certificate that both account keys signed, and their token then says so', async () => {
      const { browser } = await loggedIn();
      const deviceId = hex();
      const cert = await alice.deviceCert({ deviceId });
      const before = browser.cookies.get('sc-access');
      expect((await publish(browser, cert)).body.session).toMatchObject({ deviceId });
      expect(browser.cookies.get('sc-access')).not.toBe(before);
      expect((await browser.get('me')).body.session).toMatchObject({ deviceId });
      expect((await browser.post('refresh')).body.session).toMatchObject({ deviceId });
      expect((await publish(browser, cert)).status).toBe(200);
      const again = await loggedIn();
      expect((await publish(again.browser, cert)).body.session).toMatchObject({ deviceId });
    });

    it('refusing what is not theirs', async () => {
      const { browser } = await loggedIn();
      const mallory = await Person.named('mallory');
      await under.browser().register(mallory);
      const flipped = await alice.deviceCert({ deviceId: hex() });
      flipped[flipped.length - 1]! ^= 1;
      for (const cert of [
        await mallory.deviceCert({ deviceId: hex() }),
        await mallory.deviceCert({ deviceId: hex(), userId: alice.userId }),
        await alice.deviceCert({ deviceId: mallory.deviceId }),
        await alice.deviceCert({ deviceId: alice.deviceId }), // a known device with another key
        flipped,
      ]) {
        expect(await publish(browser, cert)).toMatchObject({ status: 422, body: { code: 'device-refused' } });
      }
      expect((await browser.get('me')).body.session.deviceId).toBeNull();
    });

    it('never to a revoked one', async () => {
      const { browser } = await loggedIn();
      const deviceId = hex();
      const cert = await alice.deviceCert({ deviceId });
      await publish(browser, cert);
      write(
        'INSERT INTO revocation (device_id, user_id, bytes) VALUES (?, ?, ?)',
        deviceId,
        alice.userId,
        Buffer.alloc(44),
      );
      expect(await publish(browser, cert)).toMatchObject({ body: { code: 'device-refused' } });
    });

    it('up to the limit of devices', async () => {
      const carol = await Person.named('carol');
      const browser = under.browser();
      await browser.register(carol);
      const database = new Sqlite(under.storeFile, { timeout: 5_000 });
      const cert = await carol.deviceCert();
      const add = database.prepare(
        'INSERT INTO device (device_id, user_id, cert, published_at_ms) VALUES (?, ?, ?, 0)',
      );
      for (let device = 0; device < 255; device++) add.run(hex(), carol.userId, cert);
      database.close();
      expect(await publish(browser, await carol.deviceCert({ deviceId: hex() }))).toMatchObject({
        status: 409,
        body: { code: 'too-many-devices' },
      });
    });

    it.each([[{}], [{ deviceCert: 7 }], [{ deviceCert: 'x'.repeat(20_000) }], [{ deviceCert: '', userId: 'x' }]])(
      'refusing %j',
      async (body) => {
        const { browser } = await loggedIn();
        expect(await browser.post('devices', body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      },
    );
  });

  it('keep refresh tokens out of the store', async () => {
    const { browser } = await loggedIn();
    expect(readFileSync(under.storeFile).includes(refreshOf(browser))).toBe(false);
    expect(readFileSync(`${under.storeFile}-wal`).includes(refreshOf(browser))).toBe(false);
  });
});
