import { createHash } from 'node:crypto';
import { CALL_MEMBERS_MAX } from '@secureconnect/contracts/call-states';
import type { CallMember } from '@secureconnect/contracts/call-signals';
import type {
  CallDoneOutcome,
  CallMembersOutcome,
  FindCallOutcome,
  JoinCall,
  LeaveCall,
  StartCall,
  StartCallOutcome,
  TurnCredentialsOutcome,
} from '@secureconnect/contracts/calls';
import type { CallId, ConversationId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import { directConversationPreimage } from '@secureconnect/contracts/signed/direct-conversation';
import { idFromHex } from '@secureconnect/contracts/signed/ids';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { Members } from '../relay/members.js';
import { deviceRoom, type SignalingSocket } from '../relay/rooms.js';
import type { CallStore, OpenCall } from '../store/call-store.js';
import { type IceSetup, iceServersFor } from '../turn/turn-credentials.js';
import type { HoldPrice } from './call-charges.js';
import { type CallPresence, PresenceAway, type Room } from './call-presence.js';

export interface CallsParts {
  readonly members: Members;
  readonly store: CallStore;
  readonly presence: CallPresence;
  readonly hold: HoldPrice;
  readonly price: () => number;
  readonly ice: IceSetup;
  /** Told when a call begins, connects for the first time, and is over. */
  readonly onMove: (move: 'started' | 'connected' | 'ended') => void;
}

interface Place {
  readonly callId: CallId;
  readonly conversationId: ConversationId;
}
interface Here {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly room: Room;
}

/** Calls as a server knows them: who says to be in which, what that costs, and where the relay is. @throws Violation, PeerUnavailable */
export class Calls {
  constructor(private readonly parts: CallsParts) {}

  async start(from: SignalingSocket, call: StartCall): Promise<StartCallOutcome> {
    const here = await this.#admit(from, call.conversationId);
    const known = this.parts.store.find(call.callId);
    if (known !== null && !isBy(known, call, here)) throw new Violation('call-id-taken');
    let begun = known;
    if (known === null) {
      const other = await this.#callBefore(call, here);
      if (other !== null) return { ok: true, outcome: 'underway', ...other };
      begun = await this.#begin(call, here);
    }
    const entered = await this.#whileHere(this.parts.presence.enter(call, here, here.room, true));
    if (entered.outcome === 'underway' && known?.state !== 'connected') {
      await this.parts.store.end(call.callId);
      return { ok: true, outcome: 'underway', callId: entered.callId, members: [...entered.members] };
    }
    return { ok: true, outcome: 'started', price: begun?.price ?? 0 };
  }

  /** Also for a device that says again that it is there: what Redis has lost comes back by this. */
  async join(from: SignalingSocket, call: JoinCall): Promise<CallMembersOutcome> {
    const here = await this.#admit(from, call.conversationId);
    this.#openCall(call);
    const entered = await this.#whileHere(this.parts.presence.enter(call, here, here.room, false));
    if (entered.outcome === 'full') throw new Violation('call-full');
    if (entered.outcome === 'entered') this.#tell(from, call, entered.members);
    return { ok: true, members: [...entered.members] };
  }

  async find(from: SignalingSocket, conversationId: ConversationId): Promise<FindCallOutcome> {
    await this.#admit(from, conversationId);
    const found = await this.#whileHere(this.parts.presence.find(conversationId));
    if (found === null || this.parts.store.find(found.callId) === null) return { ok: true, call: null };
    return { ok: true, call: { callId: found.callId, members: [...found.members] } };
  }

  async connected(from: SignalingSocket, call: Place): Promise<CallDoneOutcome> {
    await this.#admit(from, call.conversationId);
    this.#openCall(call);
    if (await this.parts.store.connect(call.callId)) this.parts.onMove('connected');
    return { ok: true };
  }

  async leave(from: SignalingSocket, call: LeaveCall): Promise<CallDoneOutcome> {
    const here = await this.#admit(from, call.conversationId);
    const known = this.parts.store.find(call.callId);
    if (known?.conversationId !== call.conversationId) return { ok: true };
    const { wasIn, members } = await this.#whileHere(this.parts.presence.exit(call, here));
    // Whoever only was rung, and declines, ends nobody's call.
    if (!wasIn && !isBy(known, call, here)) return { ok: true };
    if (members.length === 0 || here.room.pair) await this.#end(call);
    this.#tell(from, call, members);
    return { ok: true };
  }

  async turn(from: SignalingSocket, call: Place): Promise<TurnCredentialsOutcome> {
    const here = await this.#admit(from, call.conversationId);
    this.#openCall(call);
    return { ok: true, ...iceServersFor(this.parts.ice, { ...here, callId: call.callId }, Date.now()) };
  }

  /** Who asks, if it is a device of a member. An unknown conversation is answered like one that is somebody else's. */
  async #admit(from: SignalingSocket, conversationId: ConversationId): Promise<Here> {
    const { userId, deviceId } = from.data;
    if (deviceId === null) throw new Violation('device-unbound');
    const members = await this.parts.members.of(conversationId);
    if (!members.has(userId)) throw new Violation('not-a-member');
    const pair = isDirect(conversationId, [...members]);
    return { userId, deviceId, room: { cap: pair ? 2 : CALL_MEMBERS_MAX, pair } };
  }

  #openCall(call: Place): OpenCall {
    const known = this.parts.store.find(call.callId);
    if (known?.conversationId !== call.conversationId) throw new Violation('call-unknown');
    return known;
  }

  /** The call that goes on in the conversation; an unanswered one of this very device is over with the new one. */
  async #callBefore(
    call: StartCall,
    here: Here,
  ): Promise<{ readonly callId: CallId; readonly members: CallMember[] } | null> {
    const found = await this.#whileHere(this.parts.presence.find(call.conversationId));
    const before = found === null ? null : this.parts.store.find(found.callId);
    if (found === null || before === null) return null;
    if (before.state !== 'started' || before.userId !== here.userId || before.deviceId !== here.deviceId) {
      return { callId: found.callId, members: [...found.members] };
    }
    await this.#end({ callId: found.callId, conversationId: call.conversationId });
    return null;
  }

  async #begin(call: StartCall, here: Here): Promise<OpenCall> {
    const { store, hold } = this.parts;
    const price = this.parts.price();
    const { userId, deviceId } = here;
    if (price > 0) {
      const held = await hold({ callId: call.callId, userId, price }).catch(() => {
        throw new Violation('credits-unavailable');
      });
      if (held === 'insufficient') throw new Violation('insufficient-credits');
      if (held !== 'held') throw new Violation('call-id-taken');
    }
    const stored = await store.start({ ...call, userId, deviceId, price, startedAtMs: Date.now() });
    if (!isBy(stored, call, here)) throw new Violation('call-id-taken');
    this.parts.onMove('started');
    return stored;
  }

  async #end(call: Place): Promise<void> {
    if ((await this.parts.store.end(call.callId)) !== null) this.parts.onMove('ended');
    await this.parts.presence.forget(call).catch(() => undefined);
  }

  #tell(from: SignalingSocket, { callId, conversationId }: Place, members: readonly CallMember[]): void {
    const rooms = members.map(({ userId, deviceId }) => deviceRoom(userId, deviceId));
    if (rooms.length > 0) from.to(rooms).emit('call:changed', { callId, conversationId, members: [...members] });
  }

  async #whileHere<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof PresenceAway) throw new Violation('unavailable', { retryAfterSeconds: 1 });
      throw error;
    }
  }
}

function isSame(left: { userId: UserId; deviceId: DeviceId }, right: { userId: UserId; deviceId: DeviceId }): boolean {
  return left.userId === right.userId && left.deviceId === right.deviceId;
}

function isBy(known: OpenCall, call: Place, here: Here): boolean {
  return known.conversationId === call.conversationId && isSame(known, here);
}

/** A conversation of two has an id that its members give; a group of two has not. */
function isDirect(conversationId: ConversationId, members: readonly UserId[]): boolean {
  const [first, second] = members;
  if (members.length !== 2 || first === undefined || second === undefined) return false;
  const preimage = directConversationPreimage(idFromHex(first), idFromHex(second));
  return createHash('sha256').update(preimage).digest('hex').startsWith(conversationId);
}
