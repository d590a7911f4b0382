import type { CallMember, CallSignal, Invite } from '@secureconnect/contracts/call-signals';
import { CALL_TIMES, type CallEnd } from '@secureconnect/contracts/call-states';
import type { CallId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import { asRefusal } from '../refusal.js';
import type { CallHost, CallPlace } from './call-host.js';
import { CallLife } from './call-life.js';
import type { HeardSignal } from './call-signaling.js';
import type { CallPerson } from './call-views.js';
import { GroupRing } from './group-ring.js';
import type { MediaHappening } from './media-port.js';
import { Mesh } from './mesh.js';
import { MeshDoor, type GroupPerson } from './mesh-door.js';

/** Who rings and hears no end of it stops by itself. */
const RING_AT_MOST_MS = CALL_TIMES.ringMs + 10_000;
/** Who comes into a call hears somebody within this. */
const CONNECT_WITHIN_MS = 30_000;
/** The server may be away for a moment. */
const ENTER_ROUNDS = 5;

export interface GroupCallParts {
  readonly host: CallHost;
  readonly place: CallPlace;
  readonly relayOnly: boolean;
  /** Who is in the group now, as its signed log says, this account among them. */
  readonly members: () => Promise<readonly GroupPerson[]>;
}

export type Begun =
  { readonly outcome: 'begun' | 'failed' } | { readonly outcome: 'underway'; readonly callId: CallId };

/**
 * A call of a group: each device in it has a link with each other one. People come and go; who is let in says who they are in words signed
 * by a device of a member, and the server's word lets nobody in (THREATS 87).
 */
export class GroupCall extends CallLife {
  readonly #mesh: Mesh;
  readonly #door: MeshDoor;
  readonly #members: GroupCallParts['members'];
  /** The device that called here; null where this one called, or joined by itself. */
  readonly #caller: DeviceId | null;
  #ring: GroupRing | null = null;
  #isEntered = false;

  private constructor(
    { host, members, place, relayOnly }: GroupCallParts,
    begins: 'calling' | 'ringing' | 'connecting',
    caller: DeviceId | null = null,
  ) {
    super(host, place, relayOnly, begins);
    this.#members = members;
    this.#caller = caller;
    this.#mesh = new Mesh({
      host,
      place,
      own: () => this.ownParty(),
      sealsFrames: () => this.ready?.sealsFrames === true,
      relayOnly: () => this.relayOnly,
      servers: () => this.helpers(),
      isOver: () => this.isOver,
      muted: () => this.isMuted,
      send: (peer, signal) => this.send(peer.userId, peer.deviceId, signal),
      believed: (roster) => this.#door.meet(roster),
      changed: () => this.#settle(),
    });
    this.#door = new MeshDoor({
      host,
      place,
      members,
      mesh: this.#mesh,
      own: () => this.ownParty(),
      presence: () => this.presence(),
      isEntered: () => this.#isEntered,
      isOver: () => this.isOver,
      send: (...word) => this.send(...word),
      joined: (userId, deviceId) => {
        this.move({ phase: 'connecting' });
        this.#ring?.joined(userId, deviceId);
      },
    });
  }

  static outgoing(parts: GroupCallParts): GroupCall {
    return new GroupCall(parts, 'calling');
  }

  /** Somebody calls the group. */
  static incoming(parts: GroupCallParts, from: DeviceId): GroupCall {
    return new GroupCall(parts, 'ringing', from);
  }

  /** One goes on, and the person here joins it. */
  static joining(parts: GroupCallParts): GroupCall {
    return new GroupCall(parts, 'connecting');
  }

  /** The one who calls. `underway`: the group has a call already, and this one is over. @throws Refusal what the server refuses */
  async begin(): Promise<Begun> {
    if (!(await this.prepare())) return { outcome: 'failed' };
    const { callId, conversationId } = this.place;
    try {
      const others = (await this.#members()).filter(({ userId }) => userId !== this.host.selfId);
      this.#isEntered = true;
      const started = await this.host.server.command('call:start', { callId, conversationId });
      if (this.isGone()) return { outcome: 'failed' };
      if (started.outcome === 'underway' && started.callId !== callId) {
        this.finish('merged', { keepsMedia: true });
        return { outcome: 'underway', callId: started.callId };
      }
      await this.#call(others.map(({ userId }) => userId));
    } catch (error) {
      this.finish('unreachable');
      throw asRefusal(error);
    }
    return { outcome: 'begun' };
  }

  /** Into a call that goes on. */
  async join(): Promise<void> {
    this.isTaken = true;
    if (await this.prepare()) await this.#enter();
  }

  override ring(): void {
    this.#tellCaller({ t: 'ringing' });
    this.after(
      RING_AT_MOST_MS,
      () => this.phase === 'ringing' && !this.isTaken,
      () => this.finish('no-answer'),
    );
  }

  override async answer(relayOnly: boolean): Promise<void> {
    if (this.phase !== 'ringing' || this.isTaken) return;
    this.relayOnly ||= relayOnly;
    await this.join();
    if (this.end === 'no-microphone') this.#tellCaller({ t: 'decline' });
  }

  override async happened(happening: MediaHappening): Promise<void> {
    if (!this.isOver) await this.#mesh.happened(happening);
  }

  override async hear(heard: HeardSignal): Promise<void> {
    const { deviceId, signal, userId } = heard;
    if (this.isOver) return;
    switch (signal.t) {
      case 'invite':
        // said again: what was answered may be lost
        if (this.phase === 'ringing' && !this.isTaken) this.#tellCaller({ t: 'ringing' });
        return;
      case 'answered':
        if (this.#isOfCaller(heard) && signal.deviceId !== this.host.deviceId) this.finish('answered-elsewhere');
        return;
      case 'cancel':
        if (this.#isOfCaller(heard) && !this.isTaken) this.finish(signal.end);
        return;
      case 'ringing':
        if (this.#ring !== null) this.move({ phase: 'ringing' });
        return;
      case 'decline':
      case 'busy':
        this.#ring?.refused(userId, deviceId, signal.t === 'busy' ? 'busy' : 'declined');
        return;
      case 'join':
        return this.#door.asked(heard, signal);
      case 'welcome':
        return this.#door.welcomed(heard, signal);
      case 'full':
        this.#refused(heard);
        return;
      default:
        return this.#mesh.hear(heard);
    }
  }

  override hangUp(): void {
    const isBefore = this.phase === 'calling' || this.phase === 'ringing';
    this.#ring?.stop('cancelled');
    if (isBefore && !this.place.outgoing) this.#tellCaller({ t: 'decline' });
    for (const peer of this.#mesh.all()) this.send(peer.userId, peer.deviceId, { t: 'leave' });
    this.finish(isBefore ? (this.place.outgoing ? 'cancelled' : 'declined') : 'hung-up');
  }

  override merge(): void {
    this.#ring?.stop('merged');
    this.finish('merged', { keepsMedia: true });
  }

  override reconnected(): void {
    if (this.isOver || !this.#isEntered) return;
    const { callId, conversationId } = this.place;
    this.host.background(async () => {
      this.listed((await this.host.server.command('call:join', { callId, conversationId })).members);
    });
  }

  protected override people(): readonly CallPerson[] {
    return this.#mesh.inside().map((peer) => peer.person());
  }

  protected override sealed(): boolean | null {
    return this.#mesh.sealed();
  }

  protected override unproven(): readonly string[] {
    return this.#mesh.unproven;
  }

  protected override tellMuted(): void {
    for (const peer of this.#mesh.inside())
      if (peer.link !== null) this.send(peer.userId, peer.deviceId, peer.muting(this.isMuted));
  }

  protected override closeLinks(): void {
    this.#ring?.stop('cancelled');
    this.#mesh.close();
  }

  protected override isListed(): boolean {
    return this.#isEntered;
  }

  protected override listed(members: readonly CallMember[]): void {
    this.host.background(() => this.#door.look(members));
  }

  // who calls

  async #call(userIds: readonly UserId[]): Promise<void> {
    const { host, place } = this;
    const by = { userId: host.selfId, deviceId: host.deviceId };
    // nobody opens this one: whoever joins commits to a nonce of their own
    const commitment = await host.proofs.commitTo(place.callId, by, host.proofs.random());
    const invite: Invite = { t: 'invite', ...this.presence(), media: 'voice', group: true, commitment };
    const ring = new GroupRing({
      userIds,
      pause: host.pause,
      tell: (userId, signal, isWanted) => this.send(userId, null, signal, isWanted),
      over: (answer) => this.#rungOut(answer),
    });
    this.#ring = ring;
    host.background(() => ring.run(invite));
  }

  #rungOut(answer: 'declined' | 'busy' | 'no-answer'): void {
    if (this.phase === 'calling' || this.phase === 'ringing') this.finish(answer);
    else this.#settle();
  }

  // who comes in

  async #enter(): Promise<void> {
    const { callId, conversationId } = this.place;
    this.#isEntered = true;
    for (let round = 1; !this.isOver; round++) {
      try {
        const { members } = await this.host.server.command('call:join', { callId, conversationId });
        if (this.isGone()) return;
        this.move({ phase: 'connecting' });
        this.after(
          CONNECT_WITHIN_MS,
          () => this.phase === 'connecting',
          () => this.#lost(),
        );
        for (const { deviceId, userId } of members) await this.#door.ask(userId, deviceId);
        return;
      } catch (error) {
        const { code } = asRefusal(error);
        if (code === 'call-full') this.finish('full');
        else if (code === 'call-unknown') this.finish('hung-up');
        else if (round === ENTER_ROUNDS) this.finish('unreachable');
        else await this.host.pause(round * 500);
      }
    }
  }

  /** Somebody who is in it has no room for one more. */
  #refused({ deviceId }: HeardSignal): void {
    const peer = this.#mesh.find(deviceId);
    if (peer === null || peer.isIn) return;
    if (this.phase === 'connecting') {
      for (const other of this.#mesh.all()) this.send(other.userId, other.deviceId, { t: 'leave' });
      this.finish('full');
    } else this.#mesh.drop(peer, null);
  }

  /** Somebody came, went, was heard or was lost. */
  #settle(): void {
    if (this.isOver) return;
    const phases = this.#mesh.inside().map(({ phase }) => phase);
    if (phases.includes('connected')) this.linksMoved('connected');
    else if (phases.includes('reconnecting')) this.linksMoved('reconnecting');
    else if (phases.length === 0 && this.phase === 'reconnecting') this.linksMoved('connected');
    const isWaiting = this.#ring?.isGoing === true || this.#mesh.all().length > 0;
    if (this.phase === 'connecting' && !isWaiting) this.#lost();
    this.host.changed();
  }

  #lost(): void {
    const end: CallEnd = this.#mesh.unproven.length > 0 ? 'not-proven' : this.#mesh.hasLeft ? 'hung-up' : 'no-path';
    for (const peer of this.#mesh.all()) this.send(peer.userId, peer.deviceId, { t: 'leave' });
    this.finish(end);
  }

  #isOfCaller({ deviceId, userId }: HeardSignal): boolean {
    return this.phase === 'ringing' && this.#caller === deviceId && userId === this.place.userId;
  }

  #tellCaller(signal: CallSignal): void {
    if (this.#caller !== null) this.send(this.place.userId, this.#caller, signal);
  }
}
