import { toHex } from '@secureconnect/contracts/encoding';
import type { UserId } from '@secureconnect/contracts/ids';
import { unverifyPin, verifyPin, type Pin, type VerificationMethod } from '@secureconnect/crypto/identity/pin';
import {
  compareSafetyCode,
  safetyKeysOf,
  safetyNumber,
  type SafetyComparison,
  type SafetyNumber,
} from '@secureconnect/crypto/identity/safety-number';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { TrustEntry } from '../acts/trust-acts.js';
import type { Clock } from '../deps.js';
import type { Directory, DirectoryEntry } from '../directory/directory.js';
import type { KnownUser } from '../directory/known-user.js';
import type { PinBook } from '../directory/pin-book.js';
import { Refusal } from '../refusal.js';
import type { SealedStore } from '../storage/sealed-store.js';
import type { VaultKeeper } from '../vault/vault-keeper.js';

/** Rows of the diary that are kept for one person. */
const DIARY_MAX = 100;

export interface TrustParts {
  readonly primitives: Primitives;
  readonly vault: VaultKeeper;
  readonly directory: Directory;
  readonly pins: PinBook;
  readonly store: SealedStore;
  readonly clock: Clock;
  /** The person goes on with keys that were compared. */
  readonly goOnWith: (userId: UserId, compared: 'compared' | 'scanned') => Promise<DirectoryEntry>;
  /** A decision is durable here and not yet in the vault. */
  readonly decided: () => void;
}

/** Table `meta`, key ['trust', userId]: what the pin does not remember. */
interface Diary {
  readonly rows: readonly {
    readonly atMs: number;
    readonly what: 'keys-changed' | 'unverified';
    readonly pin: string;
  }[];
}

/** What two people compare, and what follows from it (PROTOCOL 7): computed from keys on this device, kept in the vault, never asked of the server. */
export class TrustBook {
  readonly #parts: TrustParts;
  /** The keys that the person has been shown a number of: a change in between must not be verified unseen. */
  readonly #shown = new Map<UserId, string>();

  constructor(parts: TrustParts) {
    this.#parts = parts;
  }

  /** @throws Refusal `peer-identity-refused` where no keys of the user are believed */
  async number(userId: UserId): Promise<SafetyNumber> {
    const user = await this.#keysOf(userId, await this.#lookUp(userId));
    const number = await this.#numberWith(user);
    this.#shown.set(userId, toHex(user.identity.pin));
    return number;
  }

  /** Compares what was scanned from the other person's screen; a match verifies the person. @throws Refusal as `number` */
  async compare(userId: UserId, scanned: Uint8Array): Promise<SafetyComparison> {
    const user = await this.#keysOf(userId, await this.#lookUp(userId));
    const verdict = compareSafetyCode(scanned, await this.#numberWith(user));
    if (verdict === 'match') await this.#verify(userId, user, 'scanned');
    return verdict;
  }

  /** The person says that the numbers shown last are the same. @throws Refusal `peer-keys-changed` where the keys are others by now */
  async markVerified(userId: UserId): Promise<DirectoryEntry> {
    const user = await this.#keysOf(userId, await this.#parts.directory.known(userId));
    const shown = this.#shown.get(userId);
    if (shown !== undefined && shown !== toHex(user.identity.pin)) throw new Refusal('peer-keys-changed');
    return this.#verify(userId, user, 'compared');
  }

  async unmarkVerified(userId: UserId): Promise<DirectoryEntry> {
    const { pins } = this.#parts;
    const pin = pins.pinOf(userId);
    if (pin === null) throw new Refusal('not-found');
    if (pin.verifiedAtMs !== null) {
      await pins.put('advanced', unverifyPin(pin), { verifies: true });
      await this.#write(userId, 'unverified', toHex(pin.pin));
      await this.#settle();
    }
    return this.#entry(userId);
  }

  /** Oldest first: what the pin remembers on all devices, and what this device has noticed itself. */
  async history(userId: UserId): Promise<readonly TrustEntry[]> {
    const pin = this.#parts.pins.pinOf(userId);
    if (pin === null) return [];
    const diary = await this.#parts.store.get<Diary>('meta', ['trust', userId]);
    const noticed = (diary?.value.rows ?? []).map(({ atMs, what }): TrustEntry => ({ atMs, what, method: null }));
    return [...remembered(pin), ...noticed].sort((a, b) => a.atMs - b.atMs);
  }

  /** Writes down that a person's keys are others than before. */
  async noticed({ userId, candidate }: DirectoryEntry): Promise<void> {
    if (candidate !== null) await this.#write(userId, 'keys-changed', toHex(candidate.identity.pin));
  }

  /** Asked for anew where that is possible: what is compared has to be what will be sealed for. */
  async #lookUp(userId: UserId): Promise<DirectoryEntry | null> {
    const { directory } = this.#parts;
    try {
      return await directory.fetch(userId);
    } catch (error) {
      if (error instanceof Refusal && error.code === 'offline') return directory.known(userId);
      throw error;
    }
  }

  /** Keys that would be sealed for once they are accepted. */
  async #keysOf(userId: UserId, entry: DirectoryEntry | null): Promise<KnownUser> {
    const user = entry?.candidate ?? entry?.accepted;
    if (!user || entry?.userId !== userId) throw new Refusal('peer-identity-refused');
    return user;
  }

  #numberWith(user: KnownUser): Promise<SafetyNumber> {
    const { primitives, vault } = this.#parts;
    return safetyNumber(primitives, { own: safetyKeysOf(vault.account), peer: user.identity.current.bundle });
  }

  async #verify(userId: UserId, user: KnownUser, method: 'compared' | 'scanned'): Promise<DirectoryEntry> {
    const { clock, directory, goOnWith, pins } = this.#parts;
    const entry = await directory.known(userId);
    if (entry?.candidate === user) return goOnWith(userId, method);
    const pin = pins.pinOf(userId);
    if (pin === null || toHex(pin.pin) !== toHex(user.identity.pin)) throw new Refusal('peer-keys-changed');
    await pins.put('advanced', verifyPin(pin, method, clock.nowMs()), { verifies: true });
    await this.#settle();
    return this.#entry(userId);
  }

  async #settle(): Promise<void> {
    await this.#parts.directory.measureAgain();
    this.#parts.decided();
  }

  async #entry(userId: UserId): Promise<DirectoryEntry> {
    const entry = await this.#parts.directory.known(userId);
    if (entry === null) throw new Refusal('peer-identity-refused');
    return entry;
  }

  async #write(userId: UserId, what: Diary['rows'][number]['what'], pin: string): Promise<void> {
    const atMs = this.#parts.clock.nowMs();
    await this.#parts.store.update<Diary>('meta', ['trust', userId], (before) => {
      const rows = before?.rows ?? [];
      const last = rows.at(-1);
      // The same change is seen again at every look-up.
      if (what === 'keys-changed' && last?.what === what && last.pin === pin) return null;
      return { rows: [...rows, { atMs, what, pin }].slice(-DIARY_MAX) };
    });
  }
}

const METHODS: Readonly<Record<VerificationMethod, TrustEntry['method']>> = {
  none: null,
  compared: 'number',
  scanned: 'code',
};

function remembered(pin: Pin): TrustEntry[] {
  const entries: TrustEntry[] = [{ atMs: pin.firstSeenAtMs, what: 'first-use', method: null }];
  const verified = ({ verifiedAtMs, method }: Pick<Pin, 'verifiedAtMs' | 'method'>): TrustEntry[] =>
    verifiedAtMs === null ? [] : [{ atMs: verifiedAtMs, what: 'verified', method: METHODS[method] }];
  for (const earlier of (pin.earlier ?? []).toReversed()) {
    entries.push(...verified(earlier), { atMs: earlier.replacedAtMs, what: 'change-accepted', method: null });
  }
  return [...entries, ...verified(pin)];
}
