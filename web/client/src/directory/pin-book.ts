import type { UserId } from '@secureconnect/contracts/ids';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { Pin } from '@secureconnect/crypto/identity/pin';
import type { SealedStore } from '../storage/sealed-store.js';
import type { VaultKeeper } from '../vault/vault-keeper.js';
import { joinChanges, mergePin, pinFromRecord, pinToRecord, type PinChange } from './pin-record.js';

/**
 * The pins of all peers (PROTOCOL 7): those in the vault, and over them what this device has decided and not yet written
 * there. A decision counts at once and is durable here; the vault follows when the server answers.
 */
export class PinBook {
  readonly #vault: VaultKeeper;
  readonly #store: SealedStore;
  readonly #changes = new Map<string, PinChange>();
  #flush: Promise<void> | null = null;

  constructor(vault: VaultKeeper, store: SealedStore) {
    this.#vault = vault;
    this.#store = store;
  }

  /** Reads the decisions that a former run could not write. */
  async load(): Promise<void> {
    for (const { key, value } of await this.#store.range<PinChange>('pins', { prefix: [] })) {
      this.#changes.set(String(key[0]), value);
    }
  }

  /** The pin that holds for a peer; null before first contact. */
  pinOf(userId: UserId): Pin | null {
    const held = this.#vault.pins.find(({ peerUserId }) => idToHex(peerUserId) === userId);
    const change = this.#changes.get(userId);
    const merged = change && mergePin(held && pinToRecord(held), change);
    return merged ? pinFromRecord(merged) : (held ?? null);
  }

  /** @param verifies - a person has compared the keys of this pin, or taken that back */
  async put(because: PinChange['because'], pin: Pin, { verifies = false } = {}): Promise<void> {
    const key = idToHex(pin.peerUserId);
    const change: PinChange = { because, pin: pinToRecord(pin), ...(verifies && { verifies }) };
    // Another tab may have decided something about the same peer, and not written it yet.
    const joined = await this.#store.update<PinChange>('pins', [key], (before) => joinChanges(before, change), {
      durable: true,
    });
    this.#changes.set(key, joined ?? change);
  }

  /** Writes what waits into the vault. @throws Refusal; what waits goes on waiting */
  async flush(): Promise<void> {
    while (this.#changes.size > 0) {
      this.#flush ??= this.#write().finally(() => (this.#flush = null));
      await this.#flush;
    }
  }

  async #write(): Promise<void> {
    const written = new Map(this.#changes);
    await this.#vault.writePins((held) => {
      const byPeer = new Map(held.map((pin) => [idToHex(pin.peerUserId), pinToRecord(pin)]));
      return [...written].flatMap(([peer, change]) => {
        const merged = mergePin(byPeer.get(peer), change);
        return merged ? [pinFromRecord(merged)] : [];
      });
    });
    for (const [peer, change] of written) {
      if (this.#changes.get(peer) !== change) continue;
      this.#changes.delete(peer);
      await this.#store.commit({ remove: [{ table: 'pins', key: [peer] }] });
    }
  }
}
