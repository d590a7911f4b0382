import type { ConversationId } from '@secureconnect/contracts/ids';
import { ServerCalls } from '../account/server-calls.js';
import type { CallActs } from '../acts/call-acts.js';
import type { Outcome } from '../messenger.js';
import { outcomeOf } from '../refusal.js';
import type { CallUnderway, CallView } from './call-views.js';

/** What the messenger offers about calls. */
export abstract class CallerActs extends ServerCalls implements CallActs {
  placeCall(...[conversationId, options]: Parameters<CallActs['placeCall']>): Promise<Outcome<CallView>> {
    return outcomeOf(async () => this.#calls().place(conversationId, options?.relayOnly ?? false));
  }

  acceptCall(...[callId, options]: Parameters<CallActs['acceptCall']>): Promise<Outcome<CallView>> {
    return outcomeOf(async () => this.#calls().accept(callId, options?.relayOnly ?? false));
  }

  async callUnderway(conversationId: ConversationId): Promise<CallUnderway | null> {
    const found = await outcomeOf(async () => this.#calls().underway(conversationId));
    return found.ok ? found.value : null;
  }

  joinCall(...[conversationId, options]: Parameters<CallActs['joinCall']>): Promise<Outcome<CallView>> {
    return outcomeOf(async () => this.#calls().join(conversationId, options?.relayOnly ?? false));
  }

  async declineCall(callId: string): Promise<void> {
    await this.hangUp(callId);
  }

  async hangUp(callId: string): Promise<void> {
    await outcomeOf(async () => this.#calls().hangUp(callId));
  }

  async muteCall(callId: string, muted: boolean): Promise<void> {
    await outcomeOf(async () => this.#calls().mute(callId, muted));
  }

  async currentCall(): Promise<CallView | null> {
    const current = await outcomeOf(async () => this.#calls().current);
    return current.ok ? current.value : null;
  }

  async attachMedia(...[port, frames]: Parameters<CallActs['attachMedia']>): Promise<void> {
    await outcomeOf(async () => this.need().calling.attach(port, frames));
  }

  async mediaHappened(happening: Parameters<CallActs['mediaHappened']>[0]): Promise<void> {
    await outcomeOf(async () => this.#calls().happened(happening));
  }

  #calls() {
    return this.need().calling.calls;
  }
}
