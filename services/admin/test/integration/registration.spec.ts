import { AuditAnswer } from '@secureconnect/contracts/audit';
import { ALICE, MALLORY } from '../people.js';
import { AdminWorld } from './admin-world.js';
import type { FakePeer } from './fake-peer.js';

describe('whether new accounts are made', () => {
  let world: AdminWorld;
  /** What auth answers about registrations. */
  let decided: FakePeer['answer'];

  beforeAll(async () => {
    world = await AdminWorld.open();
    world.auth.answer = () => ({ status: 200 });
    await world.claim(ALICE, world.bootstrapToken);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.auth.asked.splice(0);
    decided = ({ body }) => ({
      status: 200,
      body: { mode: (body as { mode?: string }).mode ?? 'open', isFixed: false },
    });
    world.auth.answer = (request) =>
      request.path.startsWith('/internal/registration') ? decided(request) : { status: 200, body: { users: [] } };
  });

  const decide = (body: unknown, actor = ALICE) => world.ask(actor, '/api/admin/registration', { body });
  const newest = async () => AuditAnswer.parse((await world.ask(ALICE, '/api/admin/audit')).body).acts[0];
  const asked = () => world.auth.asked.filter(({ path }) => path.startsWith('/internal/registration'));

  it('is what auth says', async () => {
    expect(await world.ask(ALICE, '/api/admin/registration')).toMatchObject({
      ...{ status: 200, body: { mode: 'open', isFixed: false } },
    });
  });

  it.each([
    ['closed', 'registration.close'],
    ['open', 'registration.open'],
  ])('is decided by an operator, %s, and stands in the audit log', async (mode, action) => {
    expect(await decide({ mode, reason: 'Too many at once' })).toMatchObject({ status: 200, body: { mode } });
    expect(asked()).toMatchObject([{ path: '/internal/registration', body: { mode } }]);
    expect(await newest()).toMatchObject({ actor: ALICE, action, concerns: null, outcome: 'done' });
    expect(await newest()).toMatchObject({ reason: 'Too many at once' });
  });

  it('is not decided where the machine’s setting says what holds, and that stands there too', async () => {
    decided = () => ({ status: 403, body: { type: 'about:blank', code: 'forbidden', status: 403 } });
    expect(await decide({ mode: 'closed', reason: 'Enough' })).toMatchObject({ body: { code: 'forbidden' } });
    expect(await newest()).toMatchObject({ action: 'registration.close', outcome: 'refused' });
  });

  it('is not known while auth is away', async () => {
    decided = () => ({ status: 503 });
    expect(await decide({ mode: 'closed', reason: 'Enough' })).toMatchObject({ status: 503 });
    expect(await newest()).toMatchObject({ action: 'registration.close', outcome: 'unknown' });
  });

  it('is decided with a reason, in words that are known, by operators', async () => {
    for (const body of [{ mode: 'closed' }, { mode: 'closed', reason: '' }, { mode: 'ajar', reason: 'x' }, {}])
      expect(await decide(body)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(await decide({ mode: 'closed', reason: 'mine now' }, MALLORY)).toMatchObject({ status: 403 });
    expect(asked()).toEqual([]);
  });
});
