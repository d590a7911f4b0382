import { AdjustAnswer } from '@secureconnect/contracts/admin-acts';
import { AuditAnswer } from '@secureconnect/contracts/audit';
import { ALICE, BOB, MALLORY } from '../people.js';
import { AdminWorld } from './admin-world.js';

jest.setTimeout(60_000);

const DEED = { deedId: 'de'.repeat(16), amount: -50, reason: 'Paid twice' };
const DELETION = { username: 'bob', reason: 'Asked for it' };

describe('what an operator does about somebody', () => {
  let world: AdminWorld;

  beforeAll(async () => {
    world = await AdminWorld.open();
    world.auth.answer = () => ({ status: 200 });
    await world.claim(ALICE, world.bootstrapToken);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.auth.asked.splice(0);
    world.credits.asked.splice(0);
    world.auth.answer = ({ path }) => {
      const users = [{ userId: BOB, username: 'bob', role: 'user', banned: false }];
      return { status: 200, body: path === '/internal/users/lookup' ? { users } : {} };
    };
    world.credits.answer = () => ({ status: 200, body: { outcome: 'done', available: 450, changed: true } });
  });

  const act = (name: 'adjust' | 'delete', body: unknown, target: string = BOB, actor = ALICE) =>
    world.ask(actor, `/api/admin/users/${target}/${name}`, { body });
  const asked = () => [
    ...world.auth.asked.filter(({ path }) => path === '/internal/users/delete'),
    ...world.credits.asked,
  ];
  const newest = async () => AuditAnswer.parse((await world.ask(ALICE, '/api/admin/audit')).body).acts[0];

  it('gives or takes credits by the ledger, and stands in the audit log with its amount', async () => {
    expect(AdjustAnswer.parse((await act('adjust', DEED)).body)).toEqual({ outcome: 'done', available: 450 });
    expect(asked()).toMatchObject([{ path: '/internal/adjustments', body: { ...DEED, userId: BOB, byUserId: ALICE } }]);
    expect(await newest()).toMatchObject({
      ...{ actor: ALICE, action: 'user.adjust', concerns: BOB, amount: -50, reason: 'Paid twice', outcome: 'done' },
    });
  });

  it.each(['insufficient', 'conflict', 'done'])(
    'is written down as not done when the ledger says %s and moves nothing',
    async (outcome) => {
      world.credits.answer = () => ({ status: 200, body: { outcome, available: 10, changed: false } });
      expect((await act('adjust', DEED)).body).toEqual({ outcome, available: 10 });
      expect(await newest()).toMatchObject({ action: 'user.adjust', outcome: 'refused' });
    },
  );

  it('is written down as unknown while credits is away', async () => {
    world.credits.answer = () => ({ status: 503 });
    expect(await act('adjust', DEED)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(await newest()).toMatchObject({ action: 'user.adjust', outcome: 'unknown' });
  });

  it('opens no account in the ledger for somebody whom auth does not know', async () => {
    world.auth.answer = () => ({ status: 200, body: { users: [] } });
    expect(await act('adjust', DEED)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(asked()).toEqual([]);
  });

  it('takes an account away when its name is typed', async () => {
    expect(await act('delete', DELETION)).toMatchObject({ status: 200, body: {} });
    expect(asked()).toMatchObject([{ path: '/internal/users/delete', body: { userId: BOB, username: 'bob' } }]);
    expect(await newest()).toMatchObject({ action: 'user.delete', concerns: BOB, outcome: 'done' });
  });

  it.each([
    ['of another name', 400, 'invalid-request'],
    ['that there is not', 404, 'not-found'],
  ])('takes away no account %s', async (_, status, code) => {
    world.auth.answer = ({ path }) =>
      path === '/internal/users/delete' ? { status, body: { code } } : { status: 200, body: { users: [] } };
    expect(await act('delete', DELETION)).toMatchObject({ status, body: { code } });
    expect(await newest()).toMatchObject({ action: 'user.delete', outcome: 'refused' });
  });

  it('takes away no operator’s account, the own neither', async () => {
    expect(await act('delete', { ...DELETION, username: 'alice' }, ALICE)).toMatchObject({ status: 403 });
    expect(asked()).toEqual([]);
  });

  it.each<['adjust' | 'delete', string, unknown]>([
    ['adjust', 'nothing', { ...DEED, amount: 0 }],
    ['adjust', 'a fraction', { ...DEED, amount: 1.5 }],
    ['adjust', 'too much', { ...DEED, amount: 1_000_001 }],
    ['adjust', 'no reason', { ...DEED, reason: '' }],
    ['adjust', 'no id of the deed', { amount: 1, reason: 'x' }],
    ['adjust', 'another’s name under it', { ...DEED, byUserId: MALLORY }],
    ['delete', 'no name', { reason: 'x' }],
    ['delete', 'what is no name', { ...DELETION, username: 'B' }],
    ['delete', 'no reason', { username: 'bob' }],
  ])('does not %s with %s; nobody is asked and nothing written', async (name, _, body) => {
    const before = (await newest())?.entry;
    expect(await act(name, body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(asked()).toEqual([]);
    expect((await newest())?.entry).toBe(before);
  });

  it('is nothing that others do', async () => {
    for (const name of ['adjust', 'delete'] as const) {
      expect(await act(name, name === 'adjust' ? DEED : DELETION, BOB, MALLORY)).toMatchObject({ status: 403 });
    }
    expect(asked()).toEqual([]);
  });
});
