import type { Vault } from '@secureconnect/contracts/auth';
import type { Account } from '@secureconnect/crypto/identity/keys';
import type { Pin } from '@secureconnect/crypto/identity/pin';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { openVault, type OpenedVault } from '@secureconnect/crypto/vault/open-vault';
import type { Settings } from '@secureconnect/crypto/vault/settings';
import { writeVault, type VaultStep, type VaultWrites } from '@secureconnect/crypto/vault/write-vault';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError } from '@secureconnect/crypto/crypto-error';
import type { SealedVault, VaultMark } from '@secureconnect/crypto/vault/head';
import type { VaultKey } from '@secureconnect/crypto/vault/slots';
import { isFormatFailure } from '../directory/known-user.js';
import type { EventHub } from '../event-hub.js';
import type { AuthApi } from '../http/auth-api.js';
import type { Locks } from '../locks.js';
import { asRefusal, Refusal } from '../refusal.js';
import type { Access } from '../session/access.js';
import type { AccountHome } from '../session/account-home.js';
import type { DeviceMemory } from '../session/device-memory.js';
import { changeToWire, vaultFromWire, vaultToWire } from './vault-wire.js';

/** Other devices of the account may be writing at the same time; somebody wins every round. */
const ROUNDS = 8;

export interface VaultParts {
  readonly primitives: Primitives;
  readonly auth: AuthApi;
  readonly access: Access;
  readonly home: AccountHome;
  readonly memory: DeviceMemory;
  readonly locks: Locks;
  readonly events: EventHub;
  /** Another device, or another tab, has written the vault: pins, settings, names and keys may be others than before. */
  readonly changed: () => void;
}

/** The account's opened vault: read again, written by compare-and-swap, never older than this device has seen. */
export class VaultKeeper {
  readonly #parts: VaultParts;
  #opened: OpenedVault;

  constructor(parts: VaultParts, opened: OpenedVault) {
    this.#parts = parts;
    this.#opened = opened;
  }

  get account(): Account {
    return this.#opened.account;
  }

  get pins(): readonly Pin[] {
    return this.#opened.pins;
  }

  /** The vault as it was read last. */
  get opened(): OpenedVault {
    return this.#opened;
  }

  /** What all devices of the account agree on. */
  get settings(): Settings {
    return this.#opened.settings;
  }

  /** Reads the vault as the server has it now. @throws Refusal `vault-rolled-back` (with an alarm), `vault-refused-here`, `vault-missing` */
  async reload(): Promise<void> {
    const { access, auth, home, memory } = this.#parts;
    const remembered = await memory.vaultMark(home.userId);
    let vault: Vault;
    try {
      vault = await access.use(() => auth.vault());
    } catch (error) {
      if (error instanceof Refusal && error.code === 'not-found') throw new Refusal('vault-missing');
      throw error;
    }
    await this.#take(vaultFromWire(vault), await openWireVault(this.#parts, vault, remembered));
  }

  /**
   * Writes pins. `decide` is asked again with fresh pins whenever another device was faster.
   * @param decide - the pins to write, seeing those that the vault holds; none: nothing is sent
   */
  async writePins(decide: (held: readonly Pin[]) => readonly Pin[]): Promise<void> {
    await this.write(({ pins: held }) => {
      const pins = decide(held);
      return pins.length === 0 ? null : { pins };
    });
  }

  /**
   * Writes items. `decide` is asked again with the fresh vault whenever another device was faster.
   * @param decide - what to write, seeing what the vault holds; null: nothing is sent
   */
  async write(decide: (held: OpenedVault) => VaultWrites | null): Promise<void> {
    const { access, auth, primitives } = this.#parts;
    await this.step(
      async (held) => {
        const writes = decide(held);
        return writes && writeVault(primitives, held, writes);
      },
      async ({ put }) => {
        await access.use(() => auth.putVault(changeToWire(put)));
      },
    );
  }

  /**
   * Takes one step of any kind: `make` is asked again with the fresh vault whenever another device was faster, `send` puts it on the server
   * with what belongs to it. A step whose answer was lost counts if the server has taken it.
   * @returns the step that was taken; null where `make` gave none
   * @throws Refusal
   */
  async step<T extends VaultStep>(
    make: (held: OpenedVault) => Promise<T | null>,
    send: (step: T) => Promise<void>,
  ): Promise<T | null> {
    const { home, locks } = this.#parts;
    return locks.hold(`sc-vault-${home.device.deviceId}`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const step = await make(this.#opened);
        if (step === null) return null;
        const { put, opened } = step;
        if (opened.vaultKey !== this.#opened.vaultKey) await home.announceVaultKey(opened.vaultKey);
        try {
          await send(step);
        } catch (error) {
          const { code } = asRefusal(error);
          if (code !== 'vault-conflict' && code !== 'offline') throw error;
          if (code === 'offline' && !(await this.#wasTaken(opened))) throw error;
          if (code === 'vault-conflict') {
            await this.reload();
            continue;
          }
        }
        const items = opened.items.map(({ itemId, sealed }) => ({ itemId, bytes: sealed }));
        await this.#take({ header: put.header, head: put.head, items }, opened);
        return step;
      }
      throw new Refusal('vault-conflict');
    });
  }

  /** Whether the server has the vault of a step whose answer never came. */
  async #wasTaken({ mark }: OpenedVault): Promise<boolean> {
    await this.reload().catch((error: unknown) => asRefusal(error));
    return sameBytes(this.#opened.mark.hash, mark.hash);
  }

  async #take(sealed: SealedVault, opened: OpenedVault): Promise<void> {
    // A slow answer must not bring an older vault back.
    if (opened.mark.seq < this.#opened.mark.seq) return;
    const isNews = !sameBytes(opened.mark.hash, this.#opened.mark.hash);
    this.#opened = opened;
    await keepVault(this.#parts, sealed, opened);
    if (isNews) this.#parts.changed();
  }
}

/**
 * Opens a vault from the wire and measures it by what this device had seen *before* it asked for the vault: another tab may see a
 * newer one meanwhile.
 * @throws Refusal; a rollback also raises an alarm
 */
export async function openWireVault(
  { primitives, home, events }: Pick<VaultParts, 'primitives' | 'home' | 'events'>,
  vault: Vault,
  remembered: VaultMark | null,
): Promise<OpenedVault> {
  const { userId } = home;
  const openWith = async (vaultKey: VaultKey): Promise<OpenedVault> => {
    try {
      return await openVault(primitives, {
        vault: vaultFromWire(vault),
        userId: idFromHex(userId),
        vaultKey,
        remembered,
      });
    } catch (error) {
      throw vaultRefusal(error, () => events.alarm('vault-rolled-back', { userId }));
    }
  };
  let refusal = new Refusal('vault-refused-here');
  for (const vaultKey of await home.vaultKeys()) {
    try {
      return await openWith(vaultKey);
    } catch (error) {
      refusal = asRefusal(error);
      if (refusal.code !== 'vault-refused-here') break;
    }
  }
  throw refusal;
}

/** Keeps the sealed vault for the next reload and moves this device's mark; in this order, so that the mark is never ahead. */
export async function keepVault(
  { home, memory }: Pick<VaultParts, 'home' | 'memory'>,
  sealed: SealedVault,
  { mark, vaultKey }: OpenedVault,
): Promise<void> {
  await home.saveVault(vaultToWire(sealed, mark.seq), vaultKey);
  await memory.rememberVault(home.userId, mark);
}

/** The crypto's one code for every reason, as the messenger's. @throws what is not about a vault */
export function vaultRefusal(error: unknown, rolledBack: () => void): Refusal {
  if (!isFormatFailure(error)) throw error;
  if (error instanceof CryptoError && error.code === 'vault-full') return new Refusal('too-large');
  if (!(error instanceof CryptoError && error.code === 'vault-rolled-back')) return new Refusal('vault-refused-here');
  rolledBack();
  return new Refusal('vault-rolled-back');
}
