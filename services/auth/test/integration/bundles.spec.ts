import { BundlesLookupAnswer } from '@secureconnect/contracts/internal';
import { fromBase64Url } from '@secureconnect/contracts/encoding';
import { readBundle } from '@secureconnect/contracts/signed/bundle';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { hex, Person } from '../person.js';
import { AuthUnderTest } from './auth-under-test.js';

jest.setTimeout(60_000);

describe('bundles for those who check signatures', () => {
  let under: AuthUnderTest;
  let alice: Person;

  beforeAll(async () => {
    under = await AuthUnderTest.start();
    alice = await Person.named('alice');
    await under.browser().register(alice);
  });
  afterAll(() => under.stop());

  const lookup = (wanted: { userId: string; bundleVer: number }[], caller: 'messaging-gateway' | 'admin') =>
    under.internal('/internal/users/bundles', { wanted }, caller);

  it('are given by user and version, each once; what there is not is left out', async () => {
    const wanted = [
      { userId: alice.userId, bundleVer: 1 },
      { userId: alice.userId, bundleVer: 1 },
      { userId: alice.userId, bundleVer: 2 },
      { userId: hex(), bundleVer: 1 },
    ];
    const { bundles } = BundlesLookupAnswer.parse((await lookup(wanted, 'messaging-gateway')).body);
    expect(bundles).toMatchObject([{ userId: alice.userId, bundleVer: 1 }]);
    const bundle = readBundle(fromBase64Url(bundles[0]!.bundle));
    expect([idToHex(bundle.userId), bundle.bundleVer]).toEqual([alice.userId, 1]);
  });

  it('are refused to a service that has no business with them, and in no larger number than one page needs', async () => {
    expect((await lookup([{ userId: alice.userId, bundleVer: 1 }], 'admin')).status).toBe(403);
    const many = Array.from({ length: 66 }, () => ({ userId: hex(), bundleVer: 1 }));
    expect((await lookup(many, 'messaging-gateway')).status).toBe(400);
    expect((await lookup([], 'messaging-gateway')).status).toBe(400);
  });
});
