import type { DeviceId, SessionId, UserId } from '@secureconnect/contracts/ids';
import { DeviceRows } from '../../src/store/device-rows.js';
import { OwnershipRows } from '../../src/store/ownership-rows.js';
import { VaultRows } from '../../src/store/vault-rows.js';
import { hex } from '../person.js';
import { AuthUnderTest } from './auth-under-test.js';
import { inStore, Owner } from './ownership-under-test.js';

jest.setTimeout(60_000);

/** Signatures are verified before a transaction begins; between the two, somebody else may have been faster. */
describe('what was verified before, and is true no more, is not stored:', () => {
  let under: AuthUnderTest;
  let alice: Owner;
  let userId: UserId;
  let sessionId: SessionId;
  let names = 0;

  beforeAll(async () => {
    under = await AuthUnderTest.start();
  });

  afterAll(() => under.stop());

  beforeEach(async () => {
    alice = await Owner.registered(under, `alice${String(++names)}`);
    userId = alice.person.userId as UserId;
    sessionId = (await alice.browser.get('me')).body.session.sessionId as SessionId;
  });

  const devices = () => under.service.app.get(DeviceRows);
  const ownership = () => under.service.app.get(OwnershipRows);
  /** A bundle after the one that the verification saw. */
  const nextBundle = () =>
    inStore(
      under,
      'INSERT INTO bundle (user_id, bundle_ver, bytes) SELECT user_id, 2, bytes FROM bundle WHERE user_id = ?',
      userId,
    );
  const endSession = () => inStore(under, 'UPDATE session SET ended_at_ms = 1 WHERE session_id = ?', sessionId);
  const publish = (deviceId: DeviceId) =>
    devices().publish(
      { userId, deviceId, cert: Buffer.from('SCD1'), sessionId, bundleVer: 1, nowMs: Date.now() },
      () => ({
        store: true,
        result: 'published',
      }),
    );
  const revoke = (deviceId: string) =>
    devices().revoke({
      userId,
      sessionId,
      bundleVer: 1,
      revocations: [{ deviceId: deviceId as DeviceId, bytes: Buffer.from('SCR1') }],
      nowMs: Date.now(),
    });
  const countOf = (table: string) =>
    inStore<{ count: number }>(under, `SELECT count(*) AS count FROM ${table} WHERE user_id = ?`, userId)[0]?.count;
  const changed = async (proof: { verifier: string }) => {
    const vault = await alice.person.firstVault();
    return ownership().changePassword(
      {
        ...{ userId, sessionId, proof, bundleVer: 1, nowMs: Date.now() },
        credentials: { kdfParams: 'x', verifier: 'x', serverShare: 'x' },
        dropsRecovery: true,
        bundle: { bundleVer: 2, bytes: Buffer.from('SCI1') },
        revocations: [],
        endOtherSessions: true,
      },
      () => ({
        change: { seq: 2, header: Buffer.from(vault.header), head: Buffer.from(vault.head), upserts: [], deletes: [] },
        result: 'swapped',
      }),
    );
  };
  const verifierOf = () =>
    inStore<{ verifier: string }>(under, 'SELECT verifier FROM account WHERE user_id = ?', userId)[0]!;

  it('a certificate of account keys that were replaced meanwhile', async () => {
    expect(await publish(hex() as DeviceId)).toMatchObject({ result: 'published', isNews: true });
    nextBundle();
    expect(await publish(hex() as DeviceId)).toBeNull();
    expect(countOf('device')).toBe(2);
  });

  it('a certificate for a session that ended meanwhile', async () => {
    endSession();
    expect(await publish(hex() as DeviceId)).toBeNull();
    expect(countOf('device')).toBe(1);
  });

  it('a revocation of account keys that were replaced meanwhile, or by a session that ended', async () => {
    nextBundle();
    expect(await revoke(alice.person.deviceId)).toBe('revocation-refused');
    endSession();
    expect(await revoke(alice.person.deviceId)).toBe('session-ended');
    expect(countOf('revocation')).toBe(0);
  });

  it('a password whose proof is the one before the last', async () => {
    const proof = verifierOf();
    await alice.browser.post('password', await alice.passwordChange());
    const before = verifierOf();
    expect(await changed(proof)).toBe('credentials-refused');
    expect(verifierOf()).toEqual(before);
  });

  it('a password with a bundle that follows the one before the last: the vault is as it was', async () => {
    nextBundle();
    expect(await changed(verifierOf())).toBe('identity-refused');
    expect((await alice.vault()).seq).toBe(1);
    expect(await alice.browser.post('refresh')).toMatchObject({ status: 200 });
  });

  it('a password for somebody who was banned meanwhile', async () => {
    inStore(under, 'UPDATE account SET banned = 1 WHERE user_id = ?', userId);
    expect(await changed(verifierOf())).toBe('credentials-refused');
  });

  it('a vault for a session that ended meanwhile', async () => {
    endSession();
    const rule = () => ({
      change: { seq: 9, header: Buffer.of(1), head: Buffer.of(1), upserts: [], deletes: [] },
      result: 'swapped',
    });
    expect(await under.service.app.get(VaultRows).swap(userId, sessionId, rule)).toBeNull();
    expect(inStore(under, 'SELECT seq FROM vault WHERE user_id = ?', userId)).toEqual([{ seq: 1 }]);
  });

  it('a 65th bundle', async () => {
    for (let bundleVer = 2; bundleVer <= 64; bundleVer++)
      inStore(under, "INSERT INTO bundle (user_id, bundle_ver, bytes) VALUES (?, ?, x'00')", userId, bundleVer);
    const proof = verifierOf();
    const change = {
      ...{ userId, sessionId, proof, bundleVer: 64, nowMs: Date.now() },
      credentials: { kdfParams: 'x', verifier: 'x', serverShare: 'x' },
    };
    const outcome = ownership().changePassword(
      {
        ...change,
        dropsRecovery: true,
        bundle: { bundleVer: 65, bytes: Buffer.of(0) },
        revocations: [],
        endOtherSessions: true,
      },
      () => ({ change: null, result: 'swapped' }),
    );
    expect(await outcome).toBe('identity-refused');
    expect(countOf('bundle')).toBe(64);
  });
});
