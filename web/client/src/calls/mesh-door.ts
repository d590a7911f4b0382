import type { CallMember, CallSignal, Join, Welcome } from '@secureconnect/contracts/call-signals';
import { CALL_MEMBERS_MAX, linkRoles } from '@secureconnect/contracts/call-states';
import { toBase64Url } from '@secureconnect/contracts/encoding';
import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { SignedRoster } from '@secureconnect/crypto/media/roster';
import type { CallHost, CallPlace } from './call-host.js';
import type { Presence } from './call-life.js';
import type { Party } from './call-proofs.js';
import type { HeardSignal } from './call-signaling.js';
import type { Mesh } from './mesh.js';
import type { MeshPeer } from './mesh-peer.js';

/** Whom somebody else names is asked after this: most often they ask by themselves. */
const MEET_AFTER_MS = 3_000;
/** A join that no device has answered is said again, so often. */
const ASK_EVERY_MS = 4_000;
const ASK_ROUNDS = 7;

/** Somebody of the group. */
export interface GroupPerson {
  readonly userId: UserId;
  readonly username: string;
}

export interface MeshDoorParts {
  readonly host: CallHost;
  readonly place: CallPlace;
  readonly mesh: Mesh;
  /** Who is in the group now, as its signed log says, this account among them. */
  readonly members: () => Promise<readonly GroupPerson[]>;
  readonly own: () => Party | null;
  readonly presence: () => Presence;
  /** This device has told the server that it is in. */
  readonly isEntered: () => boolean;
  readonly isOver: () => boolean;
  readonly send: (userId: UserId, deviceId: DeviceId, signal: CallSignal, isWanted?: () => boolean) => void;
  /** A device was let in. */
  readonly joined: (userId: UserId, deviceId: DeviceId) => void;
}

/** Who comes into a call of a group: asks those who are in it, and lets in whoever asks, by signed words of members alone (THREATS 87). */
export class MeshDoor {
  readonly #parts: MeshDoorParts;

  constructor(parts: MeshDoorParts) {
    this.#parts = parts;
  }

  /** Whom the server names and who is not known here is asked; who is no member of the group any more has no link. */
  async look(members: readonly CallMember[]): Promise<void> {
    const known = new Set((await this.#parts.members()).map(({ userId }) => userId));
    if (this.#parts.isOver()) return;
    for (const peer of this.#parts.mesh.all()) if (!known.has(peer.userId)) this.#parts.mesh.drop(peer, null);
    await this.#parts.mesh.sayAgain();
    for (const { deviceId, userId } of members) await this.ask(userId, deviceId);
  }

  /** Asks a device that is said to be in the call; only its own signed word makes a link. */
  async ask(userId: UserId, deviceId: DeviceId): Promise<void> {
    const isKnown = () => this.#parts.isOver() || this.#parts.mesh.find(deviceId) !== null;
    if (userId === this.#parts.host.selfId || isKnown() || this.#parts.mesh.all().length >= CALL_MEMBERS_MAX - 1)
      return;
    const username = await this.#nameOf(userId);
    if (username === null || isKnown()) return;
    const peer = this.#parts.mesh.add({ userId, deviceId, username, asked: 'own' });
    this.#parts.host.background(async () => {
      const word = await peer.askingWith(this.#parts.presence());
      const isAsked = () => !this.#parts.isOver() && this.#parts.mesh.has(peer) && !peer.isIn;
      for (let round = 0; round < ASK_ROUNDS && isAsked(); round++) {
        this.#parts.send(userId, deviceId, word, isAsked);
        await this.#parts.host.pause(ASK_EVERY_MS);
      }
      if (isAsked()) this.#parts.mesh.drop(peer, null);
    });
  }

  /** Somebody else's signed word names a device that is not known here: it is asked, unless it came or went meanwhile. */
  meet(roster: SignedRoster): void {
    for (const member of roster.roster.members) {
      const [userId, deviceId] = [idToHex(member.userId) as UserId, idToHex(member.deviceId) as DeviceId];
      if (deviceId === this.#parts.host.deviceId || this.#parts.mesh.find(deviceId) !== null) continue;
      this.#parts.host.background(async () => {
        await this.#parts.host.pause(MEET_AFTER_MS);
        if (this.#parts.mesh.isNamed(deviceId)) await this.ask(userId, deviceId);
      });
    }
  }

  /** Lets in a device of a member, as long as there is room. Where both asked, the one that is first by id has asked. */
  async asked({ deviceId, userId }: HeardSignal, join: Join): Promise<void> {
    const own = this.#parts.own();
    if (own === null || !this.#parts.isEntered()) return;
    const known = this.#parts.mesh.find(deviceId);
    if (known?.isOf(join) === true) {
      this.#sayWelcome(known);
      return;
    }
    if (known !== null && !known.isIn && linkRoles(own, { userId, deviceId }, 'both').offers) return;
    if (known !== null) this.#parts.mesh.drop(known, null);
    if (this.#parts.mesh.inside().length >= CALL_MEMBERS_MAX - 1) {
      this.#parts.send(userId, deviceId, { t: 'full' });
      return;
    }
    const username = await this.#nameOf(userId);
    if (username === null || this.#parts.isOver()) return;
    const peer = this.#parts.mesh.add({ userId, deviceId, username, asked: 'other' });
    peer.admitted(join);
    this.#parts.joined(userId, deviceId);
    await this.#parts.mesh.renew();
    if (this.#parts.isOver() || !this.#parts.mesh.has(peer)) return;
    this.#sayWelcome(peer);
    await this.#parts.mesh.open(peer);
  }

  #sayWelcome(peer: MeshPeer): void {
    const { roster } = this.#parts.mesh;
    if (roster === null) return;
    const welcome = {
      t: 'welcome',
      ...this.#parts.presence(),
      nonce: peer.nonce,
      roster: toBase64Url(roster.roster.bytes),
    } as const;
    this.#parts.send(peer.userId, peer.deviceId, welcome, () => this.#parts.mesh.has(peer));
  }

  /** Let in: the roster beside it is signed by that device, and has it and this one under the certificates that they presented. */
  async welcomed({ device, deviceId, userId }: HeardSignal, welcome: Welcome): Promise<void> {
    const { host, place } = this.#parts;
    const [own, peer] = [this.#parts.own(), this.#parts.mesh.find(deviceId)];
    if (own === null || peer === null || peer.isIn || peer.asked !== 'own' || peer.userId !== userId) return;
    const by = { userId, deviceId, fingerprint: welcome.fingerprint, device, previous: null };
    const believed = await host.proofs.believe(place, welcome.roster, by, own);
    if (believed === null) {
      this.#parts.mesh.refuse(peer);
      return;
    }
    await peer.welcomed(own, welcome);
    peer.roster = believed;
    this.#parts.send(userId, deviceId, { t: 'reveal', nonce: peer.nonce });
    await this.#parts.mesh.renew();
    await this.#parts.mesh.open(peer);
    this.meet(believed);
  }

  async #nameOf(userId: UserId): Promise<string | null> {
    return (await this.#parts.members()).find((member) => member.userId === userId)?.username ?? null;
  }
}
