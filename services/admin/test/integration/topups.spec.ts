import { TopupsQueueAnswer } from '@secureconnect/contracts/admin-topups';
import { DecideTopupsAnswer, TopupId } from '@secureconnect/contracts/topups';
import Sqlite from 'better-sqlite3';
import { ALICE, BOB, CAROL, MALLORY } from '../people.js';
import { AdminWorld, eventually } from './admin-world.js';

const [FIRST, SECOND] = ['1', '2'].map((digit) => TopupId.parse(digit.repeat(32))) as [TopupId, TopupId];
const DECISIONS = { move: 'approve', topupIds: [FIRST, SECOND], reason: 'paid in March' };
const RESULTS = [
  { topupId: FIRST, state: 'approved', decidedBy: ALICE, changed: true },
  { topupId: SECOND, state: 'rejected', decidedBy: CAROL, changed: false },
];
/** The second is of nobody whom credits knows. */
const KNOWN = { topupId: FIRST, userId: BOB, amount: 100 };
const QUEUED = {
  topupId: FIRST,
  userId: BOB,
  amount: 100,
  reference: 'transfer 1',
  note: '',
  state: 'requested',
  requestedAtMs: 1,
  endedAtMs: null,
  decidedBy: null,
  reason: null,
};

describe('requests for credits, in the hands of operators', () => {
  let world: AdminWorld;

  beforeAll(async () => {
    world = await AdminWorld.open();
    world.auth.answer = () => ({ status: 200 });
    await world.claim(ALICE, world.bootstrapToken);
    await eventually(
      () => world.auth.asked.length,
      (told) => told === 1,
    );
  });

  afterAll(async () => {
    await world.close();
  });

  beforeEach(() => {
    world.credits.asked.splice(0);
    world.credits.answer = ({ path }) => {
      if (path === '/internal/topups/page') return { status: 200, body: { topups: [QUEUED], total: 9 } };
      return { status: 200, body: path === '/internal/topups/lookup' ? { topups: [KNOWN] } : { results: RESULTS } };
    };
  });

  const decide = (body: unknown, userId = ALICE) => world.ask(userId, '/api/admin/topups/decisions', { body });

  function audited(): unknown[] {
    const raw = new Sqlite(world.storeFile, { readonly: true });
    const rows = raw
      .prepare(
        `SELECT actor, action, target, concerns, amount, reason, outcome FROM audit_entry
         WHERE action LIKE 'topup.%' ORDER BY entry`,
      )
      .all();
    raw.close();
    return rows;
  }

  it('stand in a queue that credits keeps, with the names that auth knows', async () => {
    world.credits.answer = () => ({ status: 200, body: { topups: [{ ...QUEUED, decidedBy: CAROL }], total: 9 } });
    world.auth.answer = () => ({
      status: 200,
      body: { users: [{ userId: BOB, username: 'bob', role: 'user', banned: false }] },
    });
    const answer = await world.ask(ALICE, '/api/admin/topups?page=2&pageSize=10');
    expect(TopupsQueueAnswer.parse(answer.body)).toEqual({
      topups: [{ ...QUEUED, decidedBy: CAROL, username: 'bob', decidedByName: null }],
      total: 9,
    });
    expect(world.auth.asked.at(-1)).toMatchObject({ path: '/internal/users/lookup', body: { userIds: [BOB, CAROL] } });
    expect(world.credits.asked).toMatchObject([
      {
        path: '/internal/topups/page',
        authorization: world.secrets.authorization('admin'),
        body: { state: 'requested', page: 2, pageSize: 10 },
      },
    ]);
  });

  it('stand there without names while auth is away', async () => {
    world.auth.answer = () => ({ status: 503 });
    const answer = await world.ask(ALICE, '/api/admin/topups');
    expect(TopupsQueueAnswer.parse(answer.body).topups).toEqual([{ ...QUEUED, username: null, decidedByName: null }]);
  });

  it('are decided in the operator’s name, whatever the request says, and each stands in the audit log', async () => {
    const before = audited().length;
    expect(DecideTopupsAnswer.parse((await decide(DECISIONS)).body).results).toEqual(RESULTS);
    const { reason } = DECISIONS;
    expect(world.credits.asked.map(({ body }) => body)).toEqual([
      { topupIds: [FIRST, SECOND] },
      {
        decisions: [FIRST, SECOND].map((topupId) => ({ topupId, move: 'approve', byUserId: ALICE, reason })),
      },
    ]);
    const deed = { actor: ALICE, action: 'topup.approve', reason };
    const [first, second] = [
      { ...deed, target: FIRST, concerns: BOB, amount: 100 },
      { ...deed, target: SECOND, concerns: null, amount: null },
    ];
    expect(audited().slice(before)).toEqual([
      { ...first, outcome: null },
      { ...second, outcome: null },
      { ...first, outcome: 'done' },
      { ...second, outcome: 'refused' },
    ]);
  });

  it('are written down before credits decides, so that one that is lost on the way is seen', async () => {
    const before = audited().length;
    world.credits.answer = ({ path }) =>
      path === '/internal/topups/lookup' ? { status: 200, body: { topups: [KNOWN] } } : { status: 503 };
    const rejection = { ...DECISIONS, move: 'reject', topupIds: [FIRST] };
    expect(await decide(rejection)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(audited().slice(before)).toMatchObject([
      { action: 'topup.reject', target: FIRST, outcome: null },
      { action: 'topup.reject', target: FIRST, concerns: BOB, outcome: 'unknown' },
    ]);
  });

  it('are neither decided nor written down while credits cannot say whom they concern', async () => {
    const before = audited().length;
    world.credits.answer = () => ({ status: 503 });
    expect(await decide(DECISIONS)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(world.credits.asked.map(({ path }) => path)).not.toContain('/internal/topups/decisions');
    expect(audited()).toHaveLength(before);
  });

  it.each([
    ['in another’s name', { ...DECISIONS, byUserId: CAROL }],
    ['without a reason', { ...DECISIONS, reason: '' }],
    ['by an unknown move', { ...DECISIONS, move: 'forget' }],
    ['when there are none', { ...DECISIONS, topupIds: [] }],
    ['when there are too many', { ...DECISIONS, topupIds: Array.from({ length: 101 }, () => FIRST) }],
    ['by what is no id', { ...DECISIONS, topupIds: ['first'] }],
  ])('are not decided %s; credits is not asked and nothing written', async (_, body) => {
    const before = audited().length;
    expect(await decide(body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(world.credits.asked).toEqual([]);
    expect(audited()).toHaveLength(before);
  });

  it('are not decided by who is no operator', async () => {
    const before = audited().length;
    expect(await decide(DECISIONS, MALLORY)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(world.credits.asked).toEqual([]);
    expect(audited()).toHaveLength(before);
  });

  it.each(['state=lost', 'page=-1', 'pageSize=101', 'userId=x'])('are not listed for ?%s', async (query) => {
    expect(await world.ask(ALICE, `/api/admin/topups?${query}`)).toMatchObject({ status: 400 });
  });
});
