import { PAST_CALL_MAX_SECONDS } from '@secureconnect/crypto/envelope/inner';
import type { CallContent } from '../conversations/contents.js';
import type { EventHub } from '../event-hub.js';
import type { Outbox } from '../outbox/outbox.js';
import type { CallView } from './call-views.js';

/** What was refused here, or made room for the other side's own call, never rang there. */
const NO_CALL: readonly CallView['end'][] = ['merged', 'no-microphone', 'unreachable', 'full', 'answered-elsewhere'];

export interface PastCallsParts {
  readonly events: EventHub;
  readonly clock: { nowMs(): number };
  readonly outbox: Pick<Outbox, 'put'>;
  readonly background: (work: () => Promise<void>) => void;
}

/**
 * Whoever has called leaves a line in the conversation when the call is over, sealed and signed like a message, and sent when there is a
 * connection: the other side finds it on every device, also on those that were off. Only calls of two.
 */
export class PastCalls {
  readonly #parts: PastCallsParts;
  readonly #end: () => void;
  /** The newest call that has its line. */
  #told: string | null = null;

  constructor(parts: PastCallsParts) {
    this.#parts = parts;
    this.#end = parts.events.subscribe((event) => {
      if (event.type === 'call') this.#look(event.call);
    });
  }

  stop(): void {
    this.#end();
  }

  #look(call: CallView): void {
    const { background, clock, outbox } = this.#parts;
    const content = pastCallOf(call, clock.nowMs());
    if (content === null || this.#told === call.callId) return;
    this.#told = call.callId;
    background(async () => {
      await outbox.put(call.conversationId, content);
    });
  }
}

/** What is to be said of a call; null while it goes on, and for one that is not for this device to tell of. */
export function pastCallOf(call: CallView, nowMs: number): CallContent | null {
  const { callId, connectedAtMs, end, group, outgoing } = call;
  if (end === null || !outgoing || group) return null;
  if (connectedAtMs !== null) {
    const seconds = Math.round((nowMs - connectedAtMs) / 1000);
    return {
      kind: 'call',
      callId,
      outcome: 'answered',
      seconds: Math.min(Math.max(seconds, 0), PAST_CALL_MAX_SECONDS),
    };
  }
  if (NO_CALL.includes(end)) return null;
  return { kind: 'call', callId, outcome: end === 'declined' ? 'declined' : 'missed', seconds: 0 };
}
