import type { CallSignal } from '@secureconnect/contracts/call-signals';
import { CALL_MEMBERS_MAX } from '@secureconnect/contracts/call-states';
import type { IceServer } from '@secureconnect/contracts/calls';
import type { DeviceId } from '@secureconnect/contracts/ids';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { SignedRoster } from '@secureconnect/crypto/media/roster';
import type { CallHost, CallPlace } from './call-host.js';
import { CallLink } from './call-link.js';
import type { Party } from './call-proofs.js';
import type { HeardSignal } from './call-signaling.js';
import type { MediaHappening } from './media-port.js';
import { MeshKeys } from './mesh-keys.js';
import { MeshPeer, type MeshPeerParts } from './mesh-peer.js';

/** A link stands within this, or there is no path. */
const CONNECT_WITHIN_MS = 30_000;
/** Credentials of the relay live ten minutes: those that are younger than this serve the next link too. */
const SERVERS_FOR_MS = 240_000;

export interface MeshParts {
  readonly host: CallHost;
  readonly place: CallPlace;
  readonly own: () => Party | null;
  readonly sealsFrames: () => boolean;
  readonly relayOnly: () => boolean;
  readonly servers: () => Promise<readonly IceServer[]>;
  readonly isOver: () => boolean;
  readonly muted: () => boolean;
  readonly send: (peer: MeshPeer, signal: CallSignal) => void;
  /** A device in it has signed who is in the call. */
  readonly believed: (roster: SignedRoster) => void;
  /** Somebody came, went, was heard or was lost. */
  readonly changed: () => void;
}

/** The other devices in a call of a group, and a link with each of them. */
export class Mesh {
  readonly #parts: MeshParts;
  readonly #peers = new Map<DeviceId, MeshPeer>();
  readonly #attempts = new Map<DeviceId, number>();
  readonly #keys: MeshKeys;
  readonly #unproven = new Set<string>();
  #servers: { readonly list: readonly IceServer[]; readonly untilMs: number } | null = null;
  #hasLeft = false;

  constructor(parts: MeshParts) {
    this.#parts = parts;
    this.#keys = new MeshKeys(parts.host, parts.place);
  }

  /** Names of those whose keys did not hold. */
  get unproven(): readonly string[] {
    return [...this.#unproven];
  }

  /** Whether anybody said that they leave. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** What this device has signed last. */
  get roster(): SignedRoster | null {
    return this.#keys.roster;
  }

  /** Also those that were asked and have not answered. */
  all(): readonly MeshPeer[] {
    return [...this.#peers.values()];
  }

  inside(): readonly MeshPeer[] {
    return this.all().filter(({ isIn }) => isIn);
  }

  find(deviceId: DeviceId): MeshPeer | null {
    return this.#peers.get(deviceId) ?? null;
  }

  has(peer: MeshPeer): boolean {
    return this.find(peer.deviceId) === peer;
  }

  /** Whether somebody who is in the call has signed, last, that this device is in it too. */
  isNamed(deviceId: DeviceId): boolean {
    return this.inside().some(({ roster }) =>
      roster?.roster.members.some((member) => idToHex(member.deviceId) === deviceId),
    );
  }

  /** Whether every frame is sealed; null while nobody is here. */
  sealed(): boolean | null {
    const links = this.inside().flatMap(({ link }) => link ?? []);
    return links.length === 0 ? null : links.every(({ sealed }) => sealed);
  }

  add(of: Omit<MeshPeerParts, 'host' | 'place' | 'attempt'>): MeshPeer {
    const { host, place } = this.#parts;
    const peer = new MeshPeer({ ...of, host, place, attempt: this.#attempts.get(of.deviceId) ?? 0 });
    this.#peers.set(of.deviceId, peer);
    return peer;
  }

  /** A new roster and a new secret, for those who are in it now. */
  async renew(): Promise<void> {
    const own = this.#parts.own();
    if (own !== null && !this.#parts.isOver()) await this.#keys.renew(own, () => this.inside());
  }

  /** Says the secret of now once more. */
  sayAgain(): Promise<void> {
    return this.#keys.again(this.inside());
  }

  /** Opens the link with a device that is in. */
  async open(peer: MeshPeer): Promise<void> {
    const { host, muted, place, relayOnly, sealsFrames, send } = this.#parts;
    const servers = await this.#helpers();
    const [own, theirs] = [this.#parts.own(), peer.party];
    if (own === null || theirs === null || this.#parts.isOver() || !this.has(peer)) return;
    const link = new CallLink({
      host,
      place,
      own,
      theirs,
      offers: peer.offers,
      attempt: peer.attempt,
      membersMax: CALL_MEMBERS_MAX,
      sealed: sealsFrames() && peer.sealsFrames,
      relayOnly: relayOnly(),
      servers,
      moved: (phase) => {
        peer.phase = phase;
        this.#parts.changed();
      },
      failed: (end) => {
        if (end === 'not-proven') this.refuse(peer);
        else this.drop(peer, { t: 'hang-up', end });
      },
      believed: (roster) => {
        peer.roster = roster;
        this.#parts.believed(roster);
      },
    });
    peer.link = link;
    this.#parts.changed();
    host.background(async () => {
      await host.pause(CONNECT_WITHIN_MS);
      if (peer.phase === 'connecting') this.drop(peer, { t: 'hang-up', end: 'no-path' });
    });
    await this.#keys.giveTo(peer);
    await link.open();
    if (muted()) send(peer, peer.muting(true));
  }

  async happened(happening: MediaHappening): Promise<void> {
    await this.all()
      .find(({ link }) => link?.linkId === happening.linkId)
      ?.link?.happened(happening);
  }

  /** What a device says that is in the call already. */
  async hear({ device, deviceId, signal, userId }: HeardSignal): Promise<void> {
    const peer = this.find(deviceId);
    if (peer?.userId !== userId) return;
    switch (signal.t) {
      case 'leave':
      case 'hang-up':
        this.#hasLeft = true;
        this.drop(peer, null);
        return;
      case 'reveal': {
        const own = this.#parts.own();
        if (own === null || (await peer.revealed(own, signal.nonce))) this.#parts.changed();
        else this.refuse(peer);
        return;
      }
      case 'media':
        if (peer.heardMuting(signal.n, signal.muted)) this.#parts.changed();
        return;
      default:
        await peer.link?.hear(signal, device);
    }
  }

  /** Their keys do not hold: no sound to them and none from them, ever, and the person here hears of it (THREATS 85). */
  refuse(peer: MeshPeer): void {
    if (!this.has(peer)) return;
    this.#unproven.add(peer.username);
    this.drop(peer, { t: 'hang-up', end: 'not-proven' });
  }

  /** @param word - what they are told; null for nothing */
  drop(peer: MeshPeer, word: CallSignal | null): void {
    if (!this.has(peer) || this.#parts.isOver()) return;
    const { host, send } = this.#parts;
    this.#peers.delete(peer.deviceId);
    if (word !== null) send(peer, word);
    const { link } = peer;
    if (link !== null) {
      this.#attempts.set(peer.deviceId, peer.attempt + 1);
      link.close();
      host.background(() => host.media.closeLink(link.linkId));
    }
    if (peer.isIn) host.background(() => this.renew());
    this.#parts.changed();
  }

  close(): void {
    for (const { link } of this.all()) link?.close();
  }

  async #helpers(): Promise<readonly IceServer[]> {
    const nowMs = this.#parts.host.clock.nowMs();
    if (this.#servers !== null && nowMs < this.#servers.untilMs) return this.#servers.list;
    const list = await this.#parts.servers();
    if (list.length > 0) this.#servers = { list, untilMs: nowMs + SERVERS_FOR_MS };
    return list;
  }
}
