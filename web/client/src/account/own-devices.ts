import type { SessionSummary } from '@secureconnect/contracts/auth';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import type { DeviceId, SessionId } from '@secureconnect/contracts/ids';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { makeRevocation } from '@secureconnect/crypto/identity/device';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import type { OwnDevice } from '@secureconnect/crypto/vault/own-devices';
import type { DeviceView } from '../acts/account-acts.js';
import type { Clock } from '../deps.js';
import type { Directory } from '../directory/directory.js';
import type { KnownUser } from '../directory/known-user.js';
import type { EventHub } from '../event-hub.js';
import type { AuthApi } from '../http/auth-api.js';
import { Refusal } from '../refusal.js';
import type { Access } from '../session/access.js';
import type { VaultKeeper } from '../vault/vault-keeper.js';

const NAME_MAX_LENGTH = 64;
/** One half of a surrogate pair: it has no UTF-8. */
const HALF_A_CHARACTER = /\p{Cs}/u;

export interface OwnDevicesParts {
  readonly primitives: Primitives;
  readonly auth: AuthApi;
  readonly access: Access;
  readonly vault: VaultKeeper;
  readonly directory: Directory;
  readonly events: EventHub;
  readonly clock: Clock;
  /** What this browser is called where nobody has named it. */
  readonly browser: string;
  /** This device is no longer the account's. */
  readonly revokedHere: () => void;
}

/**
 * The account's own devices: names out of the vault, certificates and revocations as they are signed, sessions as the server tells them. A
 * session that belongs to none of them is shown as well: somebody has logged in (THREATS 20).
 */
export class OwnDevices {
  readonly #parts: OwnDevicesParts;

  constructor(parts: OwnDevicesParts) {
    this.#parts = parts;
  }

  /** @throws Refusal */
  async list(): Promise<readonly DeviceView[]> {
    const { access, auth, vault } = this.#parts;
    const own = await this.#own();
    await vault.reload();
    const { sessions } = await access.use(() => auth.sessions());
    const { deviceId: here, sessionId } = access.record;
    const lastSeen = lastSeenByDevice(sessions);
    const names = new Map(vault.opened.ownDevices.map((device) => [idToHex(device.deviceId), device]));
    const known = (await own.devices()).map((device): DeviceView => {
      const deviceId = idToHex(device.deviceId) as DeviceId;
      const named = names.get(deviceId);
      return {
        deviceId,
        name: named?.name ?? null,
        addedAtMs: named?.createdAtMs ?? device.createdAtMs,
        lastSeenAtMs: lastSeen.get(deviceId) ?? null,
        current: deviceId === here,
        revokedAtMs: own.revokedAtMs(deviceId),
      };
    });
    const strange = strangeSessions(sessions, new Set(known.map(({ deviceId }) => deviceId)), sessionId);
    return [...known, ...strange].sort(byWorth);
  }

  /** @throws Refusal `invalid-request` for a name of other than 1 to 64 characters, `not-found` for a device that is not the account's */
  async rename(deviceId: DeviceId, name: string): Promise<null> {
    const { vault } = this.#parts;
    const text = name.trim();
    const fits = text.length > 0 && text.length <= NAME_MAX_LENGTH && !HALF_A_CHARACTER.test(text);
    if (!fits) throw new Refusal('invalid-request');
    const device = (await (await this.#own()).devices()).find((held) => idToHex(held.deviceId) === deviceId);
    if (device === undefined) throw new Refusal('not-found');
    await vault.write(({ ownDevices }) => {
      const held = ownDevices.find((own) => idToHex(own.deviceId) === deviceId);
      const { createdAtMs } = held ?? device;
      if (held?.name === text) return null;
      return { ownDevices: [{ deviceId: device.deviceId, name: text, browser: held?.browser ?? '', createdAtMs }] };
    });
    return null;
  }

  /** Gives this device a name in the vault, where it has none yet. @throws Refusal */
  async introduce(): Promise<void> {
    const { access, browser, clock, vault } = this.#parts;
    const { deviceId } = access.record;
    await vault.write(({ ownDevices }) => {
      if (ownDevices.some((own) => idToHex(own.deviceId) === deviceId)) return null;
      const device: OwnDevice = {
        deviceId: idFromHex(deviceId),
        name: browser,
        browser,
        createdAtMs: clock.nowMs(),
      };
      return { ownDevices: [device] };
    });
  }

  /**
   * Signs that the devices are no longer the account's, publishes it, and looks whether it is published: what a server keeps to itself
   * protects nobody (THREATS 81).
   * @throws Refusal `server-answer-refused` where it is not
   */
  async revoke(chosen: readonly DeviceId[] | 'others'): Promise<null> {
    const { access, auth, clock, primitives, revokedHere, vault } = this.#parts;
    const { deviceId: here, sessionId } = access.record;
    const own = await this.#own();
    const standing = (await own.devices())
      .map((device) => idToHex(device.deviceId) as DeviceId)
      .filter((id) => own.revokedAtMs(id) === null);
    const revoked = standing.filter((id) => (chosen === 'others' ? id !== here : chosen.includes(id)));
    const nowMs = clock.nowMs();
    const { account } = vault;
    const revocations = await Promise.all(
      revoked.map((id) => makeRevocation(primitives, { account, deviceId: idFromHex(id), nowMs })),
    );
    const { sessions } = await access.use(() => auth.sessions());
    const ended = sessionsToEnd(sessions, chosen, new Set(standing), sessionId);
    if (ended.length > 0) await access.use(() => auth.endSessions({ sessionIds: ended }));
    if (revocations.length > 0) {
      await access.use(() => auth.revokeDevices({ revocations: revocations.map(toBase64Url) }));
    }
    if (revoked.includes(here)) revokedHere();
    else await this.#checkPublished(revoked);
    return null;
  }

  async #checkPublished(revoked: readonly DeviceId[]): Promise<void> {
    if (revoked.length === 0) return;
    const { access, events } = this.#parts;
    const own = await this.#own();
    if (revoked.every((id) => own.revokedAtMs(id) !== null)) return;
    events.alarm('server-answer-refused', { userId: access.record.userId });
    throw new Refusal('server-answer-refused');
  }

  async #own(): Promise<KnownUser> {
    const { access, directory } = this.#parts;
    const { accepted } = await directory.fetch(access.record.userId);
    if (accepted === null) throw new Refusal('identity-mismatch');
    return accepted;
  }
}

function lastSeenByDevice(sessions: readonly SessionSummary[]): ReadonlyMap<DeviceId, number> {
  const lastSeen = new Map<DeviceId, number>();
  for (const { deviceId, lastSeenAtMs } of sessions) {
    if (deviceId !== null) lastSeen.set(deviceId, Math.max(lastSeenAtMs, lastSeen.get(deviceId) ?? 0));
  }
  return lastSeen;
}

/** Sessions that belong to no device of the account, under their own ids. */
function strangeSessions(
  sessions: readonly SessionSummary[],
  devices: ReadonlySet<DeviceId>,
  current: SessionId,
): DeviceView[] {
  return sessions
    .filter((session) => session.sessionId !== current && (session.deviceId === null || !devices.has(session.deviceId)))
    .map(({ sessionId, createdAtMs, lastSeenAtMs }) => ({
      deviceId: sessionId as string as DeviceId,
      name: null,
      addedAtMs: createdAtMs,
      lastSeenAtMs,
      current: false,
      revokedAtMs: null,
    }));
}

/** Sessions that no revocation ends: of no device, or of one that was revoked before. */
function sessionsToEnd(
  sessions: readonly SessionSummary[],
  chosen: readonly DeviceId[] | 'others',
  standing: ReadonlySet<DeviceId>,
  current: SessionId,
): SessionId[] {
  const named = new Set<string>(chosen === 'others' ? [] : chosen);
  return sessions
    .filter(({ sessionId, deviceId }) => {
      if (sessionId === current || (deviceId !== null && standing.has(deviceId))) return false;
      return chosen === 'others' || named.has(sessionId) || (deviceId !== null && named.has(deviceId));
    })
    .map(({ sessionId }) => sessionId);
}

/** This one first, then by falling time, revoked ones last. */
function byWorth(a: DeviceView, b: DeviceView): number {
  if (a.current !== b.current) return a.current ? -1 : 1;
  if ((a.revokedAtMs === null) !== (b.revokedAtMs === null)) return a.revokedAtMs === null ? -1 : 1;
  return (b.lastSeenAtMs ?? b.addedAtMs) - (a.lastSeenAtMs ?? a.addedAtMs);
}
