import type { CallEnd } from '@secureconnect/client/calls/call-views';

/** What a page test does to a call of the scripted messenger. */
export interface CallScript {
  /** This person calls. */
  ringAt(username: string): void;
  /** The own call rings at the other side. */
  ringThere(): void;
  /** Somebody has answered, and is heard. */
  connectCall(): void;
  /** The link is lost for a while. */
  loseCall(): void;
  /** The other side mutes its microphone, or unmutes it. */
  muteThem(muted: boolean): void;
  /** A member of this group calls it. */
  callGroup(groupName: string, caller: string): void;
  /** A call goes on in the group, that this person is not in. */
  goOn(groupName: string, names: readonly string[]): void;
  /** These are in the own call now, and heard. */
  inCall(names: readonly string[]): void;
  /** The link with one of them is lost for a while. */
  losePerson(username: string): void;
  /** The keys of one of them do not hold. */
  refusePerson(username: string): void;
  endCall(end: CallEnd): void;
}
