import type { CallActs } from '@secureconnect/client/acts/call-acts';
import type { CallEnd, CallUnderway, CallView } from '@secureconnect/client/calls/call-views';
import type { CallId, ConversationId, UserId } from '@secureconnect/contracts/ids';
import type { ConversationView, Outcome } from '@secureconnect/client/messenger';

import type { CallScript } from '../call-script.js';
import { ScriptedOwner } from './scripted-owner';
import { idOf } from './world';

const CODE = {
  emoji: ['🐶', '🌙', '🔥', '🍎', '🐧', '🌳', '🦋'],
  words: ['dog', 'moon', 'fire', 'apple', 'penguin', 'tree', 'butterfly'],
};

const personIn = (username: string, at: number, phase: 'connecting' | 'connected'): CallView['people'][number] => ({
  userId: idOf('user', 900 + at) as UserId,
  username,
  linkId: `link ${at}`,
  phase,
  muted: false,
  code: CODE,
});

/** Calls as a test says: no sound, no link, the page's own part untouched. */
export abstract class ScriptedCalls extends ScriptedOwner implements CallActs, CallScript {
  #call: CallView | null = null;
  #calls = 0;
  #underway: CallUnderway | null = null;

  placeCall(...[conversationId, options]: Parameters<CallActs['placeCall']>): Promise<Outcome<CallView>> {
    return this.unless('placeCall', () => ({
      ok: true,
      value: this.#begin(this.find(conversationId).view, true, options?.relayOnly ?? false),
    }));
  }

  async callUnderway(conversationId: ConversationId): Promise<CallUnderway | null> {
    const isIn = this.#call?.callId === this.#underway?.callId && this.#call?.phase !== 'ended';
    return this.#underway?.conversationId === conversationId && !isIn ? this.#underway : null;
  }

  joinCall(conversationId: ConversationId): Promise<Outcome<CallView>> {
    return this.unless('joinCall', () => {
      const { callId, names } = this.#underway!;
      this.#begin(this.find(conversationId).view, false, false, callId);
      this.#become({ phase: 'connecting', people: names.map((name, at) => personIn(name, at, 'connecting')) });
      this.connectCall();
      return { ok: true, value: this.#call! };
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
    this.#begin(this.named(username).view, false, false);
    this.#become({ phase: 'ringing' });
  }

  ringThere(): void {
    this.#become({ phase: 'ringing' });
  }

  connectCall(): void {
    this.#become({
      people: this.#call!.people.map((person, at) => ({
        ...person,
        phase: 'connected',
        linkId: `link ${at}`,
        code: CODE,
      })),
    });
    this.#become({ phase: 'connected', connectedAtMs: Date.now(), sealed: true });
  }

  loseCall(): void {
    this.#people({ phase: 'reconnecting' });
    this.#become({ phase: 'reconnecting' });
  }

  muteThem(muted: boolean): void {
    this.#people({ muted });
  }

  callGroup(groupName: string, caller: string): void {
    this.#begin(this.#groupNamed(groupName), false, false);
    this.#become({ phase: 'ringing', caller });
  }

  goOn(groupName: string, names: readonly string[]): void {
    const { conversationId } = this.#groupNamed(groupName);
    this.#underway = { callId: idOf('call', ++this.#calls) as CallId, conversationId, names };
  }

  inCall(names: readonly string[]): void {
    const people = names.map((name, at) => personIn(name, at, 'connected'));
    this.#become({ phase: 'connected', connectedAtMs: Date.now(), sealed: true, people });
  }

  losePerson(username: string): void {
    const people = this.#call!.people.map((person) =>
      person.username === username ? { ...person, phase: 'reconnecting' as const } : person,
    );
    this.#become({ people });
  }

  refusePerson(username: string): void {
    const people = this.#call!.people.filter((person) => person.username !== username);
    this.#become({ people, unproven: [username] });
  }

  endCall(end: CallEnd): void {
    this.#become({ phase: 'ended', end });
  }

  #groupNamed(name: string): ConversationView {
    return this.world.conversations.find(({ view }) => view.group?.name === name)!.view;
  }

  #begin(
    { conversationId, group, peer }: ConversationView,
    outgoing: boolean,
    relayOnly: boolean,
    callId = idOf('call', ++this.#calls) as CallId,
  ): CallView {
    const { username } = peer;
    this.#call = {
      callId,
      conversationId,
      outgoing,
      group: group !== null,
      name: group?.name ?? username,
      caller: outgoing ? null : username,
      phase: 'calling',
      end: null,
      beganAtMs: Date.now(),
      connectedAtMs: null,
      muted: false,
      relayOnly,
      sealed: null,
      people:
        group === null
          ? [{ userId: peer.userId, username, linkId: null, phase: 'ringing', muted: false, code: null }]
          : [],
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
