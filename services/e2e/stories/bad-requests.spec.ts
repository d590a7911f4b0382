import { randomBytes } from 'node:crypto';
import { judgeHttp, type Verdict } from '../src/bad-input/answers.js';
import { BAD_PATH_PARTS, badBodies } from '../src/bad-input/mutations.js';
import { QuietWorld } from '../src/bad-input/quiet-world.js';
import { everyoneCanTalk } from '../src/invariants/everyone-can-talk.js';
import { ledgerBalances } from '../src/invariants/ledger-balances.js';
import { flippedText } from '../src/mallory/forgeries.js';
import type { BareAccount } from '../src/people/bare-account.js';
import { CookieJar } from '../src/people/cookie-jar.js';
import type { World } from '../src/world/world.js';

jest.setTimeout(120_000);

let quiet: QuietWorld;
let world: World;
let eve: BareAccount;
beforeAll(async () => {
  quiet = await QuietWorld.begin();
  ({ world, eve } = quiet);
});
afterAll(async () => world.end());

/** Only typed refusals, nothing stored, every process still the same one. */
async function refuses(probe: () => Promise<Verdict[]>): Promise<Verdict[]> {
  const { verdicts, wrong } = await quiet.refuses(probe);
  expect(wrong).toEqual([]);
  return verdicts;
}

const anonymous = () => new CookieJar(world.stack.origin);

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  /** Of the right shape, and refused all the same. */
  readonly body?: Record<string, unknown>;
  readonly anonymous?: boolean;
}

function ask(
  jar: Pick<CookieJar, 'fetch'>,
  { method, url }: Pick<Route, 'method' | 'url'>,
  text?: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return jar.fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(text !== undefined && { body: text }),
  });
}

function publicRoutes(): Route[] {
  const { auth, credits, admin } = world.endpoints();
  const { request } = eve;
  const unsigned = flippedText(request.vault.head, 100);
  return [
    { method: 'POST', url: `${auth}/prelogin`, body: { username: 'nobody' }, anonymous: true },
    {
      method: 'POST',
      url: `${auth}/register`,
      body: {
        ...request,
        userId: randomBytes(16).toString('hex'),
        username: 'nobody.yet',
        bundle: flippedText(request.bundle, 90),
      },
      anonymous: true,
    },
    {
      method: 'POST',
      url: `${auth}/login`,
      body: { username: eve.username, authSecret: randomBytes(32).toString('base64url') },
      anonymous: true,
    },
    { method: 'GET', url: `${auth}/me` },
    { method: 'POST', url: `${auth}/devices`, body: { deviceCert: flippedText(request.deviceCert, 40) } },
    { method: 'GET', url: `${auth}/vault` },
    {
      method: 'PUT',
      url: `${auth}/vault`,
      body: { expectedSeq: 1, header: request.vault.header, head: unsigned, upserts: [], deletes: [] },
    },
    { method: 'GET', url: `${auth}/users/${eve.userId}` },
    { method: 'GET', url: `${auth}/users/by-name/${eve.username}` },
    { method: 'GET', url: `${credits}/balance` },
    { method: 'GET', url: `${credits}/prices` },
    { method: 'POST', url: `${admin}/bootstrap`, body: { token: randomBytes(32).toString('base64url') } },
    { method: 'GET', url: `${admin}/users` },
    { method: 'GET', url: `${admin}/me` },
  ];
}

describe('every public route', () => {
  it('refuses every bad body', async () => {
    const verdicts = await refuses(async () => {
      const found: Verdict[] = [];
      for (const route of publicRoutes()) {
        if (!route.body) continue;
        // Pre-login answers for unknown names alike: its good body is answered, by design.
        const good = route.url.endsWith('prelogin') ? { username: 'NOT A NAME' } : route.body;
        for (const { how, text } of [{ how: 'as it is', text: JSON.stringify(good) }, ...badBodies(good)]) {
          found.push(await judgeHttp(`${route.method} ${route.url}: ${how}`, await ask(eve.jar, route, text)));
        }
        found.push(
          await judgeHttp(
            `${route.url} as text`,
            await ask(eve.jar, route, JSON.stringify(good), { 'content-type': 'text/plain' }),
          ),
        );
        found.push(
          await judgeHttp(
            `${route.url} as a form`,
            await ask(eve.jar, route, 'username=a', { 'content-type': 'application/x-www-form-urlencoded' }),
          ),
        );
        found.push(await judgeHttp(`${route.url} without a body`, await ask(eve.jar, route)));
      }
      return found;
    });
    expect(verdicts.length).toBeGreaterThan(300);
    const codes = new Set(verdicts.map(({ answer }) => answer));
    for (const code of [
      'invalid-request',
      'too-large',
      'credentials-refused',
      'identity-refused',
      'device-refused',
      'vault-refused',
      'bootstrap-refused',
    ]) {
      expect(codes).toContain(code);
    }
  });

  it('refuses whoever has no session, a false one, or comes from another page', async () => {
    await refuses(async () => {
      const found: Verdict[] = [];
      const foreign = new CookieJar('https://evil.example');
      for (const route of publicRoutes()) {
        const text = route.body && JSON.stringify(route.body);
        if (route.anonymous !== true && !route.url.endsWith('/prices')) {
          for (const cookie of [
            '',
            'sc-access=abc',
            `sc-access=${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
            `sc-access=${'x'.repeat(5_000)}`,
          ]) {
            const bare = {
              fetch: (url: string, init: RequestInit) =>
                fetch(url, { ...init, headers: { ...(init.headers as object), cookie, origin: world.stack.origin } }),
            };
            found.push(
              await judgeHttp(`${route.url} with cookie ${cookie.slice(0, 20)}`, await ask(bare, route, text)),
            );
          }
        }
        if (route.method !== 'GET')
          found.push(await judgeHttp(`${route.url} from elsewhere`, await ask(foreign, route, text)));
        for (const method of ['DELETE', 'PATCH', 'PUT'] as const) {
          if (method === route.method) continue;
          found.push(
            await judgeHttp(`${method} ${route.url}`, await ask(eve.jar, { ...route, method: method as 'PUT' }, '{}')),
          );
        }
      }
      return found;
    });
  });

  it('refuses bad paths and queries', async () => {
    const { auth, admin } = world.endpoints();
    await refuses(async () => {
      const found: Verdict[] = [];
      for (const part of BAD_PATH_PARTS) {
        for (const base of [`${auth}/users`, `${auth}/users/by-name`, auth, `${auth}/vault`]) {
          const url = `${base}/${part}`;
          found.push(await judgeHttp(url, await ask(eve.jar, { method: 'GET', url })));
        }
      }
      for (const query of [
        'page=-1',
        'page=x',
        'pageSize=100000',
        'sort=password',
        'order=up',
        `search=${'x'.repeat(200)}`,
        'search=a&search=b',
        '__proto__[a]=1',
        'page[]=1',
        'extra=1',
      ]) {
        const url = `${admin}/users?${query}`;
        found.push(await judgeHttp(url, await ask(eve.jar, { method: 'GET', url })));
      }
      return found;
    });
  });

  it('refuses other people’s things', async () => {
    const { auth, admin } = world.endpoints();
    const { request } = eve;
    const hers = (await (await quiet.alice.jar.fetch(`${auth}/vault`, { method: 'GET' })).json()) as {
      seq: number;
      header: string;
      head: string;
    };
    const verdicts = await refuses(async () => [
      await judgeHttp(
        'eve’s vault for alice',
        await ask(
          quiet.alice.jar,
          { method: 'PUT', url: `${auth}/vault` },
          JSON.stringify({
            expectedSeq: hers.seq,
            header: request.vault.header,
            head: request.vault.head,
            upserts: [],
            deletes: [],
          }),
        ),
      ),
      await judgeHttp(
        'alice’s vault for eve',
        await ask(
          eve.jar,
          { method: 'PUT', url: `${auth}/vault` },
          JSON.stringify({ expectedSeq: 1, header: hers.header, head: hers.head, upserts: [], deletes: [] }),
        ),
      ),
      await judgeHttp(
        'eve’s device for alice',
        await ask(
          quiet.alice.jar,
          { method: 'POST', url: `${auth}/devices` },
          JSON.stringify({ deviceCert: request.deviceCert }),
        ),
      ),
      await judgeHttp(
        'alice’s name',
        await ask(
          anonymous(),
          { method: 'POST', url: `${auth}/register` },
          JSON.stringify({ ...request, username: quiet.alice.username }),
        ),
      ),
      await judgeHttp(
        'eve’s id again',
        await ask(
          anonymous(),
          { method: 'POST', url: `${auth}/register` },
          JSON.stringify({ ...request, username: 'somebody.else' }),
        ),
      ),
      await judgeHttp('the users', await ask(eve.jar, { method: 'GET', url: `${admin}/users` })),
    ]);
    expect(verdicts.map(({ answer }) => answer)).toEqual([
      'vault-refused',
      'vault-refused',
      'device-refused',
      expect.stringMatching(/taken|refused/),
      expect.stringMatching(/taken|refused/),
      'forbidden',
    ]);
  });
});

describe('every internal route', () => {
  const routes: [
    service: 'auth' | 'credits' | 'messaging-gateway' | 'signaling',
    caller: 'messaging-gateway' | 'admin' | 'auth' | 'credits' | 'signaling' | 'launch',
    path: string,
    body: Record<string, unknown>,
  ][] = [
    ['auth', 'admin', 'users/lookup', { userIds: ['x'] }],
    ['auth', 'admin', 'users/page', { search: 'a', sort: 'password', order: 'asc', page: 0, pageSize: 10 }],
    ['auth', 'admin', 'users/role', { userId: 'x', role: 'admin' }],
    ['auth', 'admin', 'users/ban', { userId: 'x', reason: '', untilMs: 'soon' }],
    ['auth', 'admin', 'users/unban', { userId: 'x' }],
    ['auth', 'admin', 'users/reset-code', { userId: 'x', byUserId: 'x' }],
    ['auth', 'messaging-gateway', 'users/bundles', { wanted: [{ userId: 'x', bundleHash: 'x' }] }],
    ['auth', 'messaging-gateway', 'sessions/check', { sessionIds: ['x'] }],
    ['credits', 'auth', 'accounts', { userIds: ['x'] }],
    ['credits', 'admin', 'balances', { userIds: ['x'] }],
    ['credits', 'admin', 'topups/page', { state: 'x', page: -1, pageSize: 0 }],
    ['credits', 'admin', 'topups/decisions', { decisions: [{ topupId: 'x', move: 'x', byUserId: 'x', reason: '' }] }],
    ['credits', 'messaging-gateway', 'holds', { holds: [] }],
    ['credits', 'messaging-gateway', 'settlements', { settlements: [] }],
    ['credits', 'messaging-gateway', 'allowances', { allowances: [{ allowanceId: 'x', userId: 'x', amount: 0 }] }],
    ['credits', 'messaging-gateway', 'allowances/close', { allowances: [{ allowanceId: 'x', userId: 'x' }] }],
    ['credits', 'messaging-gateway', 'captures', { charges: [{ kind: 'message', key: 'x', userId: 'x', amount: 0 }] }],
    ['messaging-gateway', 'credits', 'allowances/unsettled', { allowanceIds: ['x'] }],
    ['messaging-gateway', 'credits', 'messages/exist', { messageIds: ['x'] }],
    ['messaging-gateway', 'signaling', 'conversations/members', { conversationId: 'x' }],
    ['signaling', 'admin', 'relays/hours', { fromMs: -1, hours: 100_000 }],
  ];

  it('refuses every bad body, and whoever has no service’s token or another service’s', async () => {
    await refuses(async () => {
      const found: Verdict[] = [];
      for (const [service, caller, path, good] of routes) {
        const url = `${world.stack.replica(service).internalUrl}/internal/${path}`;
        const post = (text: string, authorization: string) =>
          fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization }, body: text });
        const token = world.stack.serviceAuthorization(caller);
        for (const { how, text } of [{ how: 'as it is', text: JSON.stringify(good) }, ...badBodies(good)]) {
          found.push(await judgeHttp(`${url}: ${how}`, await post(text, token)));
        }
        for (const authorization of [
          '',
          'Service',
          `Service ${caller}:`,
          `Service ${caller}:${'A'.repeat(43)}`,
          token.replace(caller, 'nobody'),
          token.slice(0, -1),
        ]) {
          found.push(
            await judgeHttp(`${url} as ${authorization.slice(0, 20)}`, await post(JSON.stringify(good), authorization)),
          );
        }
        const behind = `${world.stack.replica(service).url}/internal/${path}`;
        found.push(
          await judgeHttp(
            `${behind} on the public port`,
            await fetch(behind, {
              method: 'POST',
              headers: { authorization: token, origin: world.stack.origin, 'content-type': 'application/json' },
              body: JSON.stringify(good),
            }),
          ),
        );
      }
      return found;
    });
  });
});

describe('after all of it', () => {
  it('everyone can talk, and the ledger balances', async () => {
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    await everyoneCanTalk(quiet.alice, quiet.bob);
    await ledgerBalances(world.stack);
  });
});
