import type { CallScript } from './call-script.js';
import type { Alarm, BanView, Connection, Messenger, RefusalCode, SessionEnd } from '@secureconnect/client/messenger';

/** What a page test does to the scripted messenger from outside. */
export interface Script extends CallScript {
  setConnection(connection: Connection): void;
  setCredits(available: number): void;
  /** This call is refused from now on; null: no longer. */
  refuse(call: keyof Messenger, code: RefusalCode | null, retryAfterSeconds?: number): void;
  /** An admin decides the newest request for credits of whoever is signed in. */
  decideOwnTopup(state: 'approved' | 'rejected', reason: string): void;
  /** Another admin rejects all that waits, unseen by the page. */
  decideBehind(username: string): void;
  /** A part of the server does not answer when totals are asked for. */
  loseService(part: 'users' | 'credits' | 'replicas'): void;
  /** Processes are away, or away from Redis. */
  breakReplicas(): void;
  /** The machine's setting says whether new accounts are made. */
  fixRegistration(mode: 'open' | 'closed'): void;
  /** The audit log's chain does not hold at this entry any longer. */
  breakAudit(entry: number): void;
  /** All other admins step down, unseen by the page. */
  dismissBehind(): void;
  /** No operator has ever done anything. */
  forgetActs(): void;
  alarm(code: Alarm['code'], username?: string): void;
  /** The session ends; `ban`: with `banned`, where the server has said why. */
  end(endedBy: SessionEnd, ban?: BanView): void;
  /** The person of this name has new keys. */
  changeKeys(username: string): void;
  /** Somebody writes. */
  receive(username: string, body: string): void;
  /** A member writes in a group. */
  receiveIn(group: string, username: string, body: string): void;
  /** A member types in a group, or has stopped. */
  typeIn(group: string, username: string, isTyping: boolean): void;
  /** A member removes whoever is signed in, or somebody else. */
  expel(group: string, by: string, whom?: string): void;
  /** The server tells two stories of the group. */
  fork(group: string): void;
  /** The group has new keys. */
  rotate(group: string): void;
  /** Somebody types, or has stopped. */
  type(username: string, isTyping: boolean): void;
  /** The server says of somebody that they are there, or when they last were; null: it says nothing. */
  appear(username: string, online: boolean | null, lastSeenAtMs: number | null): void;
}
