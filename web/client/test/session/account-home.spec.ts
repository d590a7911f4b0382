import type { Vault } from '@secureconnect/contracts/auth';
import type { UserId } from '@secureconnect/contracts/ids';
import type { VaultKey } from '@secureconnect/crypto/vault/slots';
import { AccountHome, type HomeKeys } from '../../src/session/account-home.js';
import { memoryStorage } from '../../src/storage/memory-storage.js';

const ALICE = 'a1'.repeat(16) as UserId;
const vault = (seq: number): Vault => ({ seq, header: '', head: '', items: [] });
const vaultKey = async () =>
  (await crypto.subtle.importKey('raw', crypto.getRandomValues(new Uint8Array(32)), 'HKDF', false, [
    'deriveBits',
  ])) as unknown as VaultKey;

async function twoTabs() {
  const storage = memoryStorage();
  const keys = { vaultKey: await vaultKey(), signer: {} } as unknown as HomeKeys;
  const device = { deviceId: 'd1'.repeat(16), cert: '' } as AccountHome['device'];
  const first = await AccountHome.make(storage, ALICE, keys, device);
  return { storage, first, second: (await AccountHome.find(storage, ALICE))! };
}

describe('an account on a device', () => {
  it('[T-9] keeps the newest vault, whichever tab is slower', async () => {
    const { first, second } = await twoTabs();
    await first.saveVault(vault(3), first.keys.vaultKey);
    await Promise.all([
      first.saveVault(vault(5), first.keys.vaultKey),
      second.saveVault(vault(4), second.keys.vaultKey),
    ]);
    expect((await second.vault())!.seq).toBe(5);
    await second.saveVault(vault(4), second.keys.vaultKey);
    expect((await first.vault())!.seq).toBe(5);
  });

  it('takes the key of a vault with the vault, and keeps the one before until then', async () => {
    const { storage, first, second } = await twoTabs();
    const before = first.keys.vaultKey;
    const next = await vaultKey();
    await first.announceVaultKey(next);
    expect(first.keys.vaultKey).toBe(before);
    // A reload in between: either may be the one.
    const reloaded = (await AccountHome.find(storage, ALICE))!;
    expect(await reloaded.vaultKeys()).toHaveLength(3);
    await first.saveVault(vault(2), next);
    expect(first.keys.vaultKey).toBe(next);
    const tried = await second.vaultKeys();
    const bits = async (key: VaultKey) =>
      Buffer.from(
        await crypto.subtle.deriveBits(
          { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new Uint8Array() },
          key as unknown as CryptoKey,
          256,
        ),
      ).toString('hex');
    expect(await Promise.all(tried.map(bits))).toContain(await bits(next));
  });

  it('is none where it was never finished', async () => {
    const storage = memoryStorage();
    const store = await storage.open(`secureconnect-${ALICE}`);
    await store.commit({ put: [{ table: 'keys', key: ['cache-key'], value: {} }] });
    expect(await AccountHome.find(storage, ALICE)).toBeNull();
  });
});
