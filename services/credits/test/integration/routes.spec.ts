import { Balance, OPENING_CREDITS } from '@secureconnect/contracts/credits';
import { Problem } from '@secureconnect/contracts/problem';
import { TEST_ORIGIN } from '@secureconnect/platform/testing/service-environment';
import { ALICE, BOB, MALLORY, messageId } from '../people.js';
import { ask, askAs, CreditsWorld, Gatekeeper, postAs, runningCredits } from './credits-world.js';

const HOLD = { kind: 'message', key: messageId(1), userId: MALLORY, amount: 1 };
const SETTLEMENT = { ...HOLD, move: 'capture' };
const tooMany = (entry: unknown) => Array.from({ length: 1_001 }, () => entry);

describe('credits over HTTP', () => {
  const credits = runningCredits();

  describe('a user', () => {
    it('sees what a new account has before there is one, and none is made by looking', async () => {
      const url = `${credits.service.publicUrl}/api/credits/balance`;
      expect((await askAs(credits.world, BOB, url)).body).toEqual({ available: OPENING_CREDITS, held: 0, version: 0 });
      expect((await askAs(credits.world, BOB, url)).body).toEqual({ available: OPENING_CREDITS, held: 0, version: 0 });
    });

    it('sees the own balance move with every hold and capture, and nobody else’s', async () => {
      const url = `${credits.service.publicUrl}/api/credits/balance`;
      await credits.gateway.hold(ALICE, messageId(100));
      const held = Balance.parse((await askAs(credits.world, ALICE, url)).body);
      expect(held).toMatchObject({ available: OPENING_CREDITS - 1, held: 1 });
      await credits.gateway.settle('capture', ALICE, messageId(100));
      const captured = Balance.parse((await askAs(credits.world, ALICE, url)).body);
      expect(captured).toMatchObject({ available: OPENING_CREDITS - 1, held: 0 });
      expect(captured.version).toBeGreaterThan(held.version);
      expect((await askAs(credits.world, BOB, `${url}?userId=${ALICE}`)).body).toMatchObject({
        available: OPENING_CREDITS,
      });
    });

    it.each(['balance', 'prices'])('without a login sees no %s', async (route) => {
      const answer = await ask(`${credits.service.publicUrl}/api/credits/${route}`);
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    });

    it.each(['accounts', 'holds', 'settlements', 'balances'])(
      'finds no internal route %s on the public port, with whatever token',
      async (route) => {
        for (const caller of ['auth', 'messaging-gateway', 'admin'] as const) {
          const answer = await ask(`${credits.service.publicUrl}/internal/${route}`, {
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              origin: TEST_ORIGIN,
              cookie: `sc-access=${await credits.world.secrets.accessToken({ userId: MALLORY, role: 'admin' })}`,
              authorization: credits.world.secrets.authorization(caller),
            },
            body: '{}',
          });
          expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } });
        }
      },
    );

    it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('cannot %s a balance', async (method) => {
      const cookie = `sc-access=${await credits.world.secrets.accessToken({ userId: MALLORY })}`;
      const answer = await ask(`${credits.service.publicUrl}/api/credits/balance`, {
        method,
        headers: { cookie, origin: TEST_ORIGIN, 'content-type': 'application/json' },
        body: '{"available":1000000,"held":0,"version":1}',
      });
      expect(answer.status).toBe(404);
    });
  });

  describe('who may ask what on the internal port', () => {
    const ADMITTED = {
      accounts: ['auth'],
      holds: ['messaging-gateway', 'signaling'],
      settlements: ['messaging-gateway', 'signaling'],
      balances: ['admin'],
    } as const;
    const CALLERS = ['auth', 'messaging-gateway', 'signaling', 'credits', 'admin'] as const;
    const BODIES = {
      accounts: { userIds: [ALICE] },
      holds: { holds: [{ ...HOLD, userId: ALICE, key: messageId(200) }] },
      settlements: { settlements: [{ ...SETTLEMENT, userId: ALICE, key: messageId(200), move: 'release' }] },
      balances: { userIds: [ALICE] },
    };
    const routes = Object.keys(ADMITTED) as (keyof typeof ADMITTED)[];

    it.each(routes)('admits to %s only its callers', async (route) => {
      for (const caller of CALLERS) {
        const answer = await postAs(
          credits.world,
          caller,
          `${credits.service.internalUrl}/internal/${route}`,
          BODIES[route],
        );
        const admitted = (ADMITTED[route] as readonly string[]).includes(caller);
        expect({ caller, status: answer.status }).toEqual({ caller, status: admitted ? 200 : 403 });
      }
    });

    it.each(routes)('asks for a service token at %s: no cookie, no made-up token', async (route) => {
      const cookie = `sc-access=${await credits.world.secrets.accessToken({ userId: MALLORY, role: 'admin' })}`;
      const authorization = `Service messaging-gateway:${'A'.repeat(43)}`;
      for (const headers of [{}, { cookie }, { authorization }] as Record<string, string>[]) {
        const answer = await ask(`${credits.service.internalUrl}/internal/${route}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(BODIES[route]),
        });
        expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      }
    });

    it('does not answer the public routes on the internal port', async () => {
      expect(await askAs(credits.world, ALICE, `${credits.service.internalUrl}/api/credits/balance`)).toMatchObject({
        status: 404,
      });
    });
  });

  describe.each<[string, 'auth' | 'messaging-gateway' | 'admin', [string, unknown][]]>([
    [
      'holds',
      'messaging-gateway',
      [
        ['no entries', { holds: [] }],
        ['too many entries', { holds: tooMany(HOLD) }],
        ['entries that are no list', { holds: HOLD }],
        ['an entry without a key', { holds: [{ ...HOLD, key: undefined }] }],
        ['a key in uppercase', { holds: [{ ...HOLD, key: 'ABCDEF'.padEnd(32, 'A') }] }],
        ['a key too long', { holds: [{ ...HOLD, key: 'a'.repeat(33) }] }],
        ['__proto__ for a key', { holds: [{ ...HOLD, key: '__proto__' }] }],
        ['an unknown kind', { holds: [{ ...HOLD, kind: 'opening' }] }],
        ['a system account', { holds: [{ ...HOLD, userId: 'issued' }] }],
        ['a negative amount', { holds: [{ ...HOLD, amount: -1 }] }],
        ['half a credit', { holds: [{ ...HOLD, amount: 0.5 }] }],
        ['an amount beyond the bound', { holds: [{ ...HOLD, amount: 1_000_001 }] }],
        ['an amount as text', { holds: [{ ...HOLD, amount: '1' }] }],
        ['a field more', { holds: [{ ...HOLD, price: 0 }] }],
        [
          'one good entry and one bad',
          {
            holds: [
              { ...HOLD, userId: MALLORY },
              { ...HOLD, amount: null },
            ],
          },
        ],
      ],
    ],
    [
      'settlements',
      'messaging-gateway',
      [
        ['no entries', { settlements: [] }],
        ['too many entries', { settlements: tooMany(SETTLEMENT) }],
        ['no move', { settlements: [HOLD] }],
        ['an unknown move', { settlements: [{ ...SETTLEMENT, move: 'refund' }] }],
        ['a negative amount', { settlements: [{ ...SETTLEMENT, amount: -500 }] }],
        ['a foreign id', { settlements: [{ ...SETTLEMENT, userId: 'alice' }] }],
        ['one good entry and one bad', { settlements: [SETTLEMENT, { ...SETTLEMENT, key: 1 }] }],
      ],
    ],
    [
      'accounts',
      'auth',
      [
        ['no users', { userIds: [] }],
        ['too many users', { userIds: tooMany(MALLORY) }],
        ['a username', { userIds: ['alice'] }],
        ['a system account', { userIds: ['spent'] }],
        ['one good id and one bad', { userIds: [MALLORY, `${MALLORY}0`] }],
      ],
    ],
    [
      'balances',
      'admin',
      [
        ['no users', { userIds: [] }],
        ['too many users', { userIds: tooMany(MALLORY) }],
        ['a system account', { userIds: ['issued'] }],
        ['SQL', { userIds: [`' OR 1=1 --`] }],
      ],
    ],
  ])('POST /internal/%s', (route, caller, cases) => {
    it.each<[string, unknown]>([
      ...cases,
      ['an empty object', {}],
      ['a list', []],
      ['null', null],
      ['a text', '"text"'],
      ['no JSON', '{"holds":'],
      ['__proto__', '{"__proto__":{"holds":[]}}'],
    ])('refuses %s and writes nothing', async (_, body) => {
      const answer = await postAs(credits.world, caller, `${credits.service.internalUrl}/internal/${route}`, body);
      expect(answer.status).toBe(400);
      expect(Problem.parse(answer.body).code).toBe('invalid-request');
      expect(await credits.gateway.balance(MALLORY)).toEqual({ available: OPENING_CREDITS, held: 0 });
    });

    it('refuses 10 MB', async () => {
      const answer = await postAs(credits.world, caller, `${credits.service.internalUrl}/internal/${route}`, {
        pad: 'x'.repeat(1e7),
      });
      expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } });
    });

    it('refuses what is not said to be JSON', async () => {
      const answer = await ask(`${credits.service.internalUrl}/internal/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', authorization: credits.world.secrets.authorization(caller) },
        body: JSON.stringify({ holds: [HOLD] }),
      });
      expect(answer.status).toBe(400);
    });
  });

  it('refuses 2 MB on its public port', async () => {
    const answer = await ask(`${credits.service.publicUrl}/api/credits/balance`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: TEST_ORIGIN },
      body: JSON.stringify({ pad: 'x'.repeat(2_000_000) }),
    });
    expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } });
  });

  it('is ready with an intact ledger, and counts without ids of people', async () => {
    const health = await ask(`${credits.service.internalUrl}/health/ready`);
    expect(health).toMatchObject({ status: 200, body: { status: 'ok', checks: { store: 'ok', ledger: 'ok' } } });
    const metrics = await (await fetch(`${credits.service.internalUrl}/metrics`)).text();
    expect(metrics).toMatch(/^sc_ledger_intact\{.*\} 1$/m);
    expect(metrics).toMatch(/^sc_holds_total\{outcome="held".*\} \d+$/m);
    expect(metrics).not.toContain(ALICE);
  });
});

describe('a credits service with other opening credits', () => {
  it('gives them to who has no account yet, and says so in the price list', async () => {
    const world = await CreditsWorld.open();
    const service = await world.start({ OPENING_CREDITS: '20000' });
    try {
      const prices = await askAs(world, ALICE, `${service.publicUrl}/api/credits/prices`);
      expect(prices.body).toMatchObject({ opening: 20_000 });
      const gateway = new Gatekeeper(world, service.internalUrl);
      await gateway.hold(ALICE, messageId(1));
      expect(await gateway.balance(ALICE)).toEqual({ available: 19_999, held: 1 });
    } finally {
      await service.stop();
    }
    expect(await world.broken()).toEqual([]);
    await world.close();
  });

  it.each(['-1', '1.5', 'many'])('does not start with %s', async (text) => {
    const world = await CreditsWorld.open();
    await expect(world.start({ OPENING_CREDITS: text })).rejects.toThrow('OPENING_CREDITS');
    await world.close();
  });
});
