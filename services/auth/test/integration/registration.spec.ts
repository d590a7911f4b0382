import { Person } from '../person.js';
import { AuthUnderTest } from './auth-under-test.js';

jest.setTimeout(120_000);

describe('whether new accounts are made', () => {
  let under: AuthUnderTest;
  beforeAll(async () => {
    under = await AuthUnderTest.start();
  });
  afterAll(async () => {
    await under.stop();
  });

  const state = () => under.internal('/internal/registration/state', {}, 'admin');
  const decide = (mode: unknown) => under.internal('/internal/registration', { mode }, 'admin');
  let names = 0;
  const register = async () => under.browser().register(await Person.named(`newcomer${String(++names)}`));

  it('is decided by operators, at once and after a restart, and open until they do', async () => {
    expect(await state()).toMatchObject({ status: 200, body: { mode: 'open', isFixed: false } });
    expect(await decide('closed')).toMatchObject({ status: 200, body: { mode: 'closed', isFixed: false } });
    expect(await register()).toMatchObject({ status: 403, body: { code: 'registration-closed' } });
    await under.restart();
    expect(await register()).toMatchObject({ status: 403, body: { code: 'registration-closed' } });
    await decide('open');
    expect(await register()).toMatchObject({ status: 200 });
  });

  it('is what the setting of the machine says, where it says anything', async () => {
    await decide('closed');
    await under.restart({ REGISTRATION: 'open' });
    expect(await state()).toMatchObject({ body: { mode: 'open', isFixed: true } });
    expect(await decide('closed')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await register()).toMatchObject({ status: 200 });
    await under.restart();
    expect(await state()).toMatchObject({ body: { mode: 'closed', isFixed: false } });
  });

  it('is for admin to ask, in words that it knows', async () => {
    for (const path of ['/internal/registration', '/internal/registration/state']) {
      for (const caller of ['credits', 'messaging-gateway', 'signaling'] as const)
        expect(await under.internal(path, { mode: 'open' }, caller)).toMatchObject({ status: 403 });
    }
    for (const mode of ['ajar', '', null, 1, ['open']])
      expect(await decide(mode)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });
});
