import type { SessionId } from '@secureconnect/contracts/ids';
import type { ProblemCode } from '@secureconnect/contracts/problem';
import type { DefaultEventsMap, Socket } from 'socket.io';
import type { CallerIdentity } from '../tokens/caller.js';

/** A socket after its handshake: `socket.data` says who it is. Type its events with the maps of contracts. */
export type CallerSocket<Commands extends object = DefaultEventsMap, Events extends object = DefaultEventsMap> = Socket<
  Commands & DefaultEventsMap,
  Events & DefaultEventsMap,
  DefaultEventsMap,
  CallerIdentity
>;

/** A service may bind this class to a provider to refuse callers at the handshake (a session that was ended, a ban), and later. */
export abstract class HandshakeCheck {
  /** A code to refuse with, or null to let the socket in. It must answer soon, and answer null when its source is away. */
  abstract refuse(caller: CallerIdentity): Promise<ProblemCode | null>;
  /** Those of the sessions that are over: asked now and again about all sockets of the replica. None when its source is away. */
  abstract endedAmong(sessionIds: readonly SessionId[]): Promise<ReadonlySet<SessionId>>;
}

/** A service may bind this class to a provider that is told when Redis is back after an outage (to hint its local sockets). */
export abstract class RedisRestored {
  abstract redisRestored(): void;
}
