import type { CallActs } from '@secureconnect/client/acts/call-acts';
import type { CallEnd, CallView } from '@secureconnect/client/calls/call-views';
import type { CallId } from '@secureconnect/contracts/ids';
import type { Outcome } from '@secureconnect/client/messenger';

import type { CallScript } from '../call-script.js';
import { ScriptedOwner } from './scripted-owner';
import { idOf } from './world';

const CODE = {
  emoji: ['🐶', '🌙', '🔥', '🍎', '🐧', '🌳', '🦋'],
  words: ['dog', 'moon', 'fire', 'apple', 'penguin', 'tree', 'butterfly'],
};

/** Calls as a test says: no sound, no link, the page's own part untouched. */
export abstract class ScriptedCalls extends ScriptedOwner implements CallActs, CallScript {
  #call: CallView | null = null;
  #calls = 0;

  placeCall(...[conversationId, options]: Parameters<CallActs['placeCall']>): Promise<Outcome<CallView>> {
    return this.unless('placeCall', () => {
      const { peer } = this.find(conversationId).view;
      return { ok: true, value: this.#begin(peer.username, true, options?.relayOnly ?? false) };
    });
  }

  acceptCall(): Promise<Outcome<CallView>> {
    return this.unless('acceptCall', () => {
      this.#become({ phase: 'connecting' });
      this.connectCall();
      return { ok: true, value: this.#call! };
    });
  }

  async declineCall(): Promise<void> {
    this.endCall('declined');
  }

  async hangUp(): Promise<void> {
    this.endCall('hung-up');
  }

  async muteCall(_callId: string, muted: boolean): Promise<void> {
    this.#become({ muted });
  }

  async currentCall(): Promise<CallView | null> {
    return this.#call;
  }

  async attachMedia(): Promise<void> {
    // the script has no use for links
  }

  async mediaHappened(): Promise<void> {
    // the script has no use for links
  }

  // what a test does to the page from outside

  ringAt(username: string): void {
    this.#begin(username, false, false);
    this.#become({ phase: 'ringing' });
  }

  ringThere(): void {
    this.#become({ phase: 'ringing' });
  }

  connectCall(): void {
    this.#people({ phase: 'connected', linkId: 'link', code: CODE });
    this.#become({ phase: 'connected', connectedAtMs: Date.now(), sealed: true });
  }

  loseCall(): void {
    this.#people({ phase: 'reconnecting' });
    this.#become({ phase: 'reconnecting' });
  }

  muteThem(muted: boolean): void {
    this.#people({ muted });
  }

  endCall(end: CallEnd): void {
    this.#become({ phase: 'ended', end });
  }

  #begin(username: string, outgoing: boolean, relayOnly: boolean): CallView {
    const { conversationId, peer } = this.named(username).view;
    this.#call = {
      callId: idOf('call', ++this.#calls) as CallId,
      conversationId,
      outgoing,
      group: false,
      name: username,
      caller: outgoing ? null : username,
      phase: 'calling',
      end: null,
      beganAtMs: Date.now(),
      connectedAtMs: null,
      muted: false,
      relayOnly,
      sealed: null,
      people: [{ userId: peer.userId, username, linkId: null, phase: 'ringing', muted: false, code: null }],
      unproven: [],
    };
    if (outgoing) this.emit({ type: 'call', call: this.#call });
    return this.#call;
  }

  #people(changes: Partial<CallView['people'][number]>): void {
    this.#become({ people: this.#call!.people.map((person) => ({ ...person, ...changes })) });
  }

  #become(changes: Partial<CallView>): void {
    this.#call = { ...this.#call!, ...changes };
    this.emit({ type: 'call', call: this.#call });
  }
}
