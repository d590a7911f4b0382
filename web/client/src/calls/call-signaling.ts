import { readCallSignal, writeCallSignal, type CallSignal } from '@secureconnect/contracts/call-signals';
import type { CallId, ConversationId, DeviceId, UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import { ENVELOPE_KINDS } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { SignalArrived } from '@secureconnect/contracts/signaling';
import type { VerifiedDevice } from '@secureconnect/crypto/identity/device';
import type { Roster } from '../conversations/roster.js';
import { isGroup } from '../conversations/records.js';
import type { Clock } from '../deps.js';
import { SealingLane, type LaneParts } from '../outbox/sealing-lane.js';
import { asRefusal, Refusal } from '../refusal.js';
import type { Opener } from '../sync/opener.js';
import { SeenSignals } from './seen-signals.js';
import type { SignalingConnection } from './signaling-connection.js';

/** How long a signal waits for a connection: a replica that dies costs a moment, not the call. */
const CARRY_FOR_MS = 20_000;
const AGAIN_AFTER_MS = 250;

/** A signal that was opened: every word of it is the device's own. */
export interface HeardSignal {
  readonly callId: CallId;
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  /** Place among all signals of the device in this conversation. */
  readonly n: number;
  /** Its certificate was verified, and it is not revoked. */
  readonly device: VerifiedDevice;
  readonly signal: CallSignal;
}

export interface Address {
  readonly callId: CallId;
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  /** null: every device of the user. */
  readonly deviceId: DeviceId | null;
}

export interface CallSignalingParts extends LaneParts {
  readonly roster: Roster;
  readonly opener: Opener;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
  readonly connection: SignalingConnection;
}

/** Seals what a call says and opens what it hears: signed, of now, each believed once (THREATS 86). */
export class CallSignaling {
  readonly #parts: CallSignalingParts;
  readonly #seen = new SeenSignals();
  /** The last that each call has to say to somebody: words keep their order, and wait for nobody else's. */
  readonly #tails = new Map<string, Promise<unknown>>();

  constructor(parts: CallSignalingParts) {
    this.#parts = parts;
  }

  /**
   * Sends in the order of the calls, and waits for a connection where there is none.
   * @returns whether any device was reached, as far as the server knew
   * @throws Refusal `offline` after twenty seconds; what the server or the lane refuses
   */
  send(to: Address, signal: CallSignal, isWanted: () => boolean = () => true): Promise<boolean> {
    const lane = `${to.callId} ${to.userId}`;
    const sent = (this.#tails.get(lane) ?? Promise.resolve()).then(() => this.#send(to, signal, isWanted));
    const tail = sent
      .catch(() => undefined)
      .finally(() => {
        if (this.#tails.get(lane) === tail) this.#tails.delete(lane);
      });
    this.#tails.set(lane, tail);
    return sent;
  }

  /** null for what is not to be believed, or does not say anything about a call. */
  async open({
    envelope,
    conversationId,
  }: Pick<SignalArrived, 'envelope' | 'conversationId'>): Promise<HeardSignal | null> {
    const { clock, directory, opener, roster, selfId } = this.#parts;
    const record = await roster.log(conversationId).store.conversation();
    if (record === null) return null;
    const inGroup = isGroup(record.value);
    const opened = inGroup
      ? // whether it is new is asked below, of what was opened whole
        await opener.openSignal(conversationId, envelope, () => Promise.resolve('admitted'))
      : await opener.open(record.value.peer, conversationId, envelope);
    if (opened?.inner.t !== 'signal' || opened.header.kind !== ENVELOPE_KINDS.signal) return null;
    const { senderDevice, senderSeq, senderUser, sentAtMs } = opened.header;
    const nowMs = clock.nowMs();
    if (Math.abs(nowMs - sentAtMs) > LIMITS.signalLifetimeMs) return null;
    const [userId, deviceId] = [idToHex(senderUser) as UserId, idToHex(senderDevice) as DeviceId];
    if (userId === selfId || !this.#seen.isNew(`${deviceId} ${senderSeq}`, sentAtMs, nowMs)) return null;
    const signal = readCallSignal(opened.inner.data);
    const sender = await directory.senderIn((user) => Promise.resolve(user === userId))(opened.header, opened.hash);
    if (signal === null || sender === null) return null;
    const callId = idToHex(opened.inner.callId) as CallId;
    return { callId, conversationId, userId, deviceId, n: senderSeq, device: sender.device, signal };
  }

  async #send(to: Address, signal: CallSignal, isWanted: () => boolean): Promise<boolean> {
    const { callId, conversationId, deviceId, userId } = to;
    const { clock, connection, pause } = this.#parts;
    const untilMs = clock.nowMs() + CARRY_FOR_MS;
    while (isWanted()) {
      try {
        const lane = new SealingLane(this.#parts, conversationId);
        const envelope = await lane.sealSignal(callId, userId, writeCallSignal(signal));
        const body = { toUserId: userId, toDeviceId: deviceId, envelope };
        const { reached } = await connection.command('signal:send', body);
        // the one device that it is for may be between two connections; nobody keeps it for that device
        if (reached || deviceId === null || clock.nowMs() > untilMs) return reached;
        await pause(AGAIN_AFTER_MS);
      } catch (error) {
        const { code, retryAfterSeconds } = asRefusal(error);
        const passes = code === 'offline' || code === 'throttled' || code === 'unavailable';
        if (!passes || clock.nowMs() > untilMs) throw new Refusal(code);
        await pause(retryAfterSeconds === undefined ? AGAIN_AFTER_MS : retryAfterSeconds * 1000);
      }
    }
    return false;
  }
}
