import type { SendSignal, SendSignalOutcome } from '@secureconnect/contracts/signaling';
import type { ProblemCode } from '@secureconnect/contracts/problem';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { Members } from './members.js';
import { deviceRoom, userRoom, type Rooms, type SignalingSocket } from './rooms.js';
import { judgeSignal } from './signal-rules.js';
import type { Tally } from './tally.js';

/** Brings one sealed signal from a device to the devices of another member of a conversation, and keeps nothing of it. */
export class Relay {
  constructor(
    private readonly members: Members,
    private readonly rooms: Rooms,
    private readonly tally: Tally,
  ) {}

  /** @throws Violation, PeerUnavailable */
  async send(from: SignalingSocket, signal: SendSignal): Promise<SendSignalOutcome> {
    const nowMs = Date.now();
    try {
      const reached = await this.#relay(from, signal, nowMs);
      this.tally.count(reached ? 'reached' : 'unreached', signal.envelope.byteLength, nowMs);
      return { ok: true, reached };
    } catch (error) {
      this.tally.count('refused', 0, nowMs);
      throw error;
    }
  }

  async #relay(from: SignalingSocket, signal: SendSignal, nowMs: number): Promise<boolean> {
    const { userId, deviceId } = from.data;
    if (deviceId === null) throw new Violation('device-unbound');
    const { toUserId, toDeviceId, envelope } = signal;
    const judgement = judgeSignal(envelope, { userId, deviceId }, toUserId, nowMs);
    if ('refused' in judgement) throw new Violation(judgement.refused satisfies ProblemCode);
    const { conversationId } = judgement;
    const members = await this.members.of(conversationId);
    // An unknown conversation is answered alike: who is not in it does not learn whether it exists.
    if (!members.has(userId) || !members.has(toUserId)) throw new Violation('not-a-member');
    return this.rooms.carry(from, toDeviceId === null ? userRoom(toUserId) : deviceRoom(toUserId, toDeviceId), {
      conversationId,
      fromUserId: userId,
      fromDeviceId: deviceId,
      relayedAtMs: nowMs,
      envelope,
    });
  }
}
