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
  endCall(end: CallEnd): void;
}
