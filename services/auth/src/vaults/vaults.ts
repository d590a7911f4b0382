import type { Vault, VaultPut, VaultPutAnswer } from '@secureconnect/contracts/auth';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import { readBundle } from '@secureconnect/contracts/signed/bundle';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { CallerIdentity } from '@secureconnect/platform/tokens/caller';
import type { Sessions } from '../sessions/sessions.js';
import type { DeviceRows } from '../store/device-rows.js';
import type { VaultRows } from '../store/vault-rows.js';
import { admitSignedVault, decideSwap } from './vault-rules.js';

/** Sealed vaults: given to their owner, changed by compare-and-swap. */
export class Vaults {
  constructor(
    private readonly rows: VaultRows,
    private readonly devices: DeviceRows,
    private readonly sessions: Sessions,
  ) {}

  /** @throws Violation `session-ended`, `not-found` */
  async read(caller: CallerIdentity): Promise<Vault> {
    await this.sessions.requireStanding(caller);
    const vault = await this.rows.read(caller.userId);
    if (vault === null) throw new Violation('not-found');
    return {
      seq: vault.seq,
      header: toBase64Url(vault.header),
      head: toBase64Url(vault.head),
      items: vault.items.map((item) => ({ itemId: item.itemId, bytes: toBase64Url(item.bytes) })),
    };
  }

  /** @throws Violation `session-ended`, `vault-refused`, `vault-conflict` */
  async put(caller: CallerIdentity, put: VaultPut): Promise<VaultPutAnswer> {
    await this.sessions.requireStanding(caller);
    const bundle = await this.devices.currentBundle(caller.userId);
    if (bundle === null) throw new Violation('session-ended');
    const offered = await admitSignedVault({ ...put, items: put.upserts }, caller.userId, readBundle(bundle).ed25519);
    const outcome = await this.rows.swap(caller.userId, caller.sessionId, (stored, items) =>
      decideSwap(put, offered, stored, items),
    );
    if (outcome === null) throw new Violation('session-ended');
    if (outcome === 'vault-conflict' || outcome === 'vault-refused') throw new Violation(outcome);
    return { seq: put.expectedSeq + 1 };
  }
}
