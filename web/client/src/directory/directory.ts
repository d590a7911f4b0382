import type { PublicIdentity } from '@secureconnect/contracts/auth';
import { toHex } from '@secureconnect/contracts/encoding';
import type { DeviceId, UserId, Username } from '@secureconnect/contracts/ids';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';
import type { EnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { matchAccount } from '@secureconnect/crypto/identity/account';
import type { Account } from '@secureconnect/crypto/identity/keys';
import {
  acceptChangedKeys,
  advancePin,
  comparePin,
  pinIdentity,
  standingOfKeys,
  verifyPin,
} from '@secureconnect/crypto/identity/pin';
import type { SenderLookup } from '@secureconnect/crypto/envelope/open';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { Clock } from '../deps.js';
import type { EventHub } from '../event-hub.js';
import type { AuthApi } from '../http/auth-api.js';
import type { Trust } from '../messenger.js';
import { Refusal } from '../refusal.js';
import type { Access } from '../session/access.js';
import type { SealedStore } from '../storage/sealed-store.js';
import { AskBudget } from './ask-budget.js';
import { isFormatFailure, KnownUser } from './known-user.js';
import type { PinBook } from './pin-book.js';

/** An identity that was checked this recently is good enough to seal for. */
const FRESH_MS = 15 * 60_000;

/** A peer as the directory and the pins have it. */
export interface DirectoryEntry {
  readonly userId: UserId;
  readonly username: string;
  readonly trust: Trust;
  readonly pinnedAtMs: number | null;
  /** The identity that is pinned and accepted; null when only another one was ever served here. */
  readonly accepted: KnownUser | null;
  /** What the server serves instead since the keys changed. */
  readonly candidate: KnownUser | null;
  readonly checkedAtMs: number;
}

interface IdentityRecord {
  readonly accepted: PublicIdentity | null;
  readonly candidate: PublicIdentity | null;
}

/** Keeps our own identity where the directory finds it; it was just checked. */
export async function keepOwnIdentity(store: SealedStore, published: PublicIdentity): Promise<void> {
  const value: IdentityRecord = { accepted: published, candidate: null };
  await store.commit({ put: [{ table: 'identities', key: [published.userId], value }] });
}

export interface DirectoryParts {
  readonly primitives: Primitives;
  readonly auth: AuthApi;
  readonly access: Access;
  readonly store: SealedStore;
  readonly pins: PinBook;
  readonly clock: Clock;
  readonly events: EventHub;
  readonly selfId: UserId;
  readonly account: () => Account;
  readonly deviceId: DeviceId;
  /** Another device of the account may have made newer keys: they are in the vault. */
  readonly refreshAccount: () => Promise<void>;
  /** The account has signed that this device is no longer its own. */
  readonly revokedHere: () => void;
  /** A peer's trust has changed, or an identity is here that was not. */
  readonly changed: (entry: DirectoryEntry) => void;
}

/** Who everybody is: fetched from a server that may lie, verified, measured by the pins, kept for when there is no network. */
export class Directory {
  readonly #parts: DirectoryParts;
  readonly #entries = new Map<UserId, DirectoryEntry>();
  readonly #fetches = new Map<UserId, Promise<DirectoryEntry>>();
  readonly #budget: AskBudget;
  /** What was checked before may have changed since, and nobody told. */
  #staleBeforeMs = 0;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
    this.#budget = new AskBudget(() => parts.clock.nowMs());
  }

  /** The entry as known here, without asking the server; null before first contact. */
  async known(userId: UserId): Promise<DirectoryEntry | null> {
    const entry = this.#entries.get(userId);
    if (entry !== undefined) return entry;
    const record = await this.#parts.store.get<IdentityRecord>('identities', [userId]);
    if (record === undefined) return null;
    const verify = (published: PublicIdentity | null) =>
      published && KnownUser.verify(this.#parts.primitives, published, this.#parts.clock.nowMs()).catch(() => null);
    const accepted = await verify(record.value.accepted);
    const candidate = await verify(record.value.candidate);
    if (accepted === null && candidate === null) return null;
    this.#remember(userId, accepted, candidate, 0);
    if (candidate !== null) await this.#measure(userId);
    return this.#entries.get(userId)!;
  }

  /** The connection was away, or may not have told everything: whoever is needed next is asked for again. */
  distrustAge(): void {
    this.#staleBeforeMs = this.#parts.clock.nowMs();
  }

  /** Somebody's keys or devices have changed, the server says: they are looked up again, if they matter here. */
  async lookUpAgain(userId: UserId): Promise<void> {
    if (userId !== this.#parts.selfId && (await this.known(userId)) === null) return;
    if (this.#budget.take(userId)) await this.fetch(userId);
  }

  /** Other devices may have decided about the same people: what is known here is measured by the pins that hold now. */
  async measureAgain(): Promise<void> {
    for (const userId of [...this.#entries.keys()]) {
      if (userId !== this.#parts.selfId) await this.#measure(userId);
    }
  }

  async #measure(userId: UserId): Promise<void> {
    const { accepted, candidate, trust, checkedAtMs } = this.#entries.get(userId)!;
    const pin = this.#parts.pins.pinOf(userId);
    const isPinned = (user: KnownUser | null) => pin !== null && user !== null && sameBytes(user.identity.pin, pin.pin);
    if (isPinned(candidate)) {
      this.#parts.changed(await this.#goOnWith(userId, candidate!, checkedAtMs));
      return;
    }
    // Keys that are no longer the pinned ones are asked for again before anything is sealed.
    const checked = isPinned(accepted) ? checkedAtMs : 0;
    const entry = this.#remember(userId, accepted, candidate, checked);
    if (entry.trust !== trust) this.#parts.changed(entry);
  }

  /** The entry, asked for if it is not known here. @throws Refusal */
  async entry(userId: UserId): Promise<DirectoryEntry> {
    return (await this.known(userId)) ?? this.fetch(userId);
  }

  /** The entry as the server has it now or had it a short while ago: what is needed before anything is sealed. @throws Refusal */
  async fresh(userId: UserId): Promise<DirectoryEntry> {
    const entry = await this.known(userId);
    const nowMs = this.#parts.clock.nowMs();
    const isFresh = entry !== null && nowMs - entry.checkedAtMs < FRESH_MS && entry.checkedAtMs >= this.#staleBeforeMs;
    if (isFresh) return entry;
    return this.fetch(userId);
  }

  /** Finds a user by exact name. @throws Refusal `not-found`, `peer-identity-refused` */
  async find(username: Username): Promise<DirectoryEntry> {
    const { access, auth } = this.#parts;
    const published = await access.use(() => auth.userByName(username));
    if (published.username !== username || (await this.#isAnothersName(username, published.userId))) {
      throw this.#distrust(published.userId);
    }
    return this.#take(published);
  }

  /** Whether somebody else is known here by this name: a name never moves to another account (THREATS 26). */
  async #isAnothersName(username: Username, userId: UserId): Promise<boolean> {
    const records = await this.#parts.store.range<IdentityRecord>('identities', { prefix: [] });
    return records.some(({ key, value }) => key[0] !== userId && value.accepted?.username === username);
  }

  /** Asks the server, now. One question at a time for each user. @throws Refusal */
  fetch(userId: UserId): Promise<DirectoryEntry> {
    let fetching = this.#fetches.get(userId);
    if (fetching === undefined) {
      fetching = this.#fetch(userId).finally(() => this.#fetches.delete(userId));
      this.#fetches.set(userId, fetching);
    }
    return fetching;
  }

  /**
   * The person goes on with the peer's new keys; sending is free again. Keys in the place of verified ones are compared first.
   * @param compared - how the person has compared the new keys; null: not at all
   * @throws Refusal `not-found` where nothing has changed, `peer-keys-changed` where the person has to compare (THREATS 26)
   */
  async accept(userId: UserId, compared: 'compared' | 'scanned' | null = null): Promise<DirectoryEntry> {
    const entry =
      compared === null ? await this.fetch(userId).catch(() => this.known(userId)) : await this.known(userId);
    const candidate = entry?.candidate;
    if (!candidate) throw new Refusal('not-found');
    const { pins, clock } = this.#parts;
    const pin = pins.pinOf(userId);
    if (compared === null && (pin?.verifiedAtMs ?? null) !== null) throw new Refusal('peer-keys-changed');
    const nowMs = clock.nowMs();
    const accepted =
      pin === null ? pinIdentity(candidate.identity, nowMs) : acceptChangedKeys(pin, candidate.identity, nowMs);
    if (compared === null) await pins.put('accepted', accepted);
    else await pins.put('accepted', verifyPin(accepted, compared, nowMs), { verifies: true });
    const entered = await this.#goOnWith(userId, candidate, nowMs);
    this.#parts.changed(entered);
    return entered;
  }

  /** What was a candidate is accepted. */
  async #goOnWith(userId: UserId, candidate: KnownUser, checkedAtMs: number): Promise<DirectoryEntry> {
    const record = await this.#parts.store.get<IdentityRecord>('identities', [userId]);
    // Another tab may have gone on with it already.
    await this.#keep(userId, { accepted: record?.value.candidate ?? record?.value.accepted ?? null, candidate: null });
    return this.#remember(userId, candidate, null, checkedAtMs);
  }

  /** Finds who signed an envelope, where it was the account itself or somebody who `belongs` there; nobody else may have. */
  senderIn(belongs: (userId: UserId) => Promise<boolean>): SenderLookup {
    return async (header) => {
      const userId = idToHex(header.senderUser) as UserId;
      if (userId !== this.#parts.selfId && !(await belongs(userId))) return null;
      const entry = await this.entry(userId);
      const found = await this.#findDevice(entry, header);
      if (found !== null || !this.#budget.take(userId)) return found;
      return this.#findDevice(await this.fetch(userId), header);
    };
  }

  async #findDevice({ accepted, candidate, userId }: DirectoryEntry, header: EnvelopeHeader) {
    const deviceId = idToHex(header.senderDevice);
    const { senderBundleVer } = header;
    for (const user of [accepted, candidate]) {
      const device = (await user?.device(deviceId, senderBundleVer)) ?? null;
      if (!user || !device) continue;
      const pin = this.#standing(userId, user, senderBundleVer);
      return { device, revokedAtMs: user.refusedFromMs(deviceId, senderBundleVer), pin };
    }
    return null;
  }

  /** Of the account keys under which a device was certified: a person has accepted them, now or once, or nobody has. */
  #standing(userId: UserId, user: KnownUser, bundleVer: number): 'accepted' | 'changed' {
    const keys = user.identity.bundles.get(bundleVer)!.pin;
    if (userId === this.#parts.selfId) return sameBytes(keys, user.identity.pin) ? 'accepted' : 'changed';
    const pin = this.#parts.pins.pinOf(userId);
    return pin !== null && standingOfKeys(pin, keys) !== 'unknown' ? 'accepted' : 'changed';
  }

  async #fetch(userId: UserId): Promise<DirectoryEntry> {
    const { access, auth } = this.#parts;
    const published = await access.use(() => auth.user(userId));
    if (published.userId !== userId) throw this.#distrust(userId);
    return this.#take(published);
  }

  async #take(answer: PublicIdentity): Promise<DirectoryEntry> {
    const { clock, events, pins, primitives, selfId } = this.#parts;
    const { userId } = answer;
    let user: KnownUser;
    try {
      user = await KnownUser.verify(primitives, await this.#withRevocationsSeen(answer), clock.nowMs());
    } catch (error) {
      throw error instanceof Refusal ? this.#distrust(userId) : error;
    }
    const published = { ...answer, revocations: [...user.revocations] };
    if (userId === selfId) return this.#takeSelf(user, published);
    const before = await this.known(userId);
    if (pins.pinOf(userId) === null) await pins.put('first-use', pinIdentity(user.identity, clock.nowMs()));
    // Read again: another tab may have met the same person, and other keys.
    const pin = pins.pinOf(userId);
    const verdict = comparePin(pin, user.identity);
    if (verdict === 'rolled-back') throw this.#distrust(userId);
    if (verdict === 'changed') {
      const entry = this.#remember(userId, before?.accepted ?? null, user, clock.nowMs());
      const record = await this.#parts.store.get<IdentityRecord>('identities', [userId]);
      await this.#keep(userId, { accepted: record?.value.accepted ?? null, candidate: published });
      const known = before?.candidate && toHex(before.candidate.identity.pin) === toHex(user.identity.pin);
      if (!known) events.alarm('peer-keys-changed', { userId });
      this.#parts.changed(entry);
      return entry;
    }
    if (verdict === 'advanced' && pin !== null) {
      await pins.put('advanced', advancePin(pin, user.identity));
    }
    await this.#keep(userId, { accepted: published, candidate: null });
    const entry = this.#remember(userId, user, null, clock.nowMs());
    this.#parts.changed(entry);
    return entry;
  }

  /** A revocation that was seen once counts for good: the server cannot take it back (THREATS 81). */
  async #withRevocationsSeen(answer: PublicIdentity): Promise<PublicIdentity> {
    const record = await this.#parts.store.get<IdentityRecord>('identities', [answer.userId]);
    const seen = [record?.value.accepted, record?.value.candidate].flatMap((before) => before?.revocations ?? []);
    return { ...answer, revocations: [...new Set([...answer.revocations, ...seen])] };
  }

  /** Our own identity is measured by the vault, not by a pin (THREATS 12). */
  async #takeSelf(user: KnownUser, published: PublicIdentity): Promise<DirectoryEntry> {
    const { clock, deviceId, events, refreshAccount, revokedHere, selfId } = this.#parts;
    if (!(await this.#isOwn(user))) {
      await refreshAccount();
      if (!(await this.#isOwn(user))) {
        events.alarm('server-answer-refused', { userId: selfId });
        throw new Refusal('identity-mismatch');
      }
    }
    if (user.revokedAtMs(deviceId) !== null) revokedHere();
    await this.#keep(selfId, { accepted: published, candidate: null });
    return this.#remember(selfId, user, null, clock.nowMs());
  }

  async #isOwn(user: KnownUser): Promise<boolean> {
    const { account, primitives } = this.#parts;
    try {
      await matchAccount(primitives, account(), user.identity);
      return true;
    } catch (error) {
      if (isFormatFailure(error)) return false;
      throw error;
    }
  }

  #remember(
    userId: UserId,
    accepted: KnownUser | null,
    candidate: KnownUser | null,
    checkedAtMs: number,
  ): DirectoryEntry {
    const pin = this.#parts.pins.pinOf(userId);
    const entry: DirectoryEntry = {
      userId,
      username: (accepted ?? candidate)!.username,
      trust: candidate ? 'changed' : (pin?.verifiedAtMs ?? null) !== null ? 'verified' : 'first-use',
      pinnedAtMs: pin?.firstSeenAtMs ?? null,
      accepted,
      candidate,
      checkedAtMs,
    };
    this.#entries.set(userId, entry);
    return entry;
  }

  async #keep(userId: UserId, record: IdentityRecord): Promise<void> {
    await this.#parts.store.commit({ put: [{ table: 'identities', key: [userId], value: record }] });
  }

  #distrust(userId: UserId): Refusal {
    this.#parts.events.alarm('server-answer-refused', { userId });
    return new Refusal('peer-identity-refused');
  }
}
