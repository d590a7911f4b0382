import type { IncomingMessage } from 'node:http';
import { PROTOCOL_VERSION } from '@secureconnect/contracts/limits';
import { Handshake } from '@secureconnect/contracts/messaging';
import { SessionEndedHint } from '@secureconnect/contracts/internal';
import type { SessionEnded } from '@secureconnect/contracts/messaging';
import type { Server, Socket } from 'socket.io';
import { parseRequest } from '../problem/schema-pipe.js';
import { toViolation } from '../problem/problem-filter.js';
import { Violation } from '../problem/violation.js';
import type { EventLog } from '../logging/event-log.js';
import type { AccessTokens } from '../tokens/access-tokens.js';
import { cookieNames, originAdmitted, readCookie, transportOf, type TrustProxy } from '../tokens/transport.js';
import type { CallerIdentity } from '../tokens/caller.js';
import type { HandshakeCheck } from './caller-socket.js';
import { cutConnection, type Seats } from './connection-bounds.js';

export interface HandshakeRules {
  readonly origins: ReadonlySet<string>;
  readonly trust: TrustProxy;
  readonly tokens: AccessTokens;
  readonly check: HandshakeCheck | null;
  readonly seats: Seats;
  readonly log: EventLog;
}

/** Before anything is accepted (engine.io `allowRequest`): our own pages only, and nothing in the clear. */
export function admitRequest(rules: HandshakeRules, request: IncomingMessage): boolean {
  return originAdmitted(request, rules.origins) && transportOf(request, rules.trust) !== 'insecure';
}

/**
 * The `io.use` step: version, access cookie, the service's own check, a seat; then `socket.data` is the caller. A refusal reaches the
 * client as `connect_error` with `data: { ok: false, code }`.
 */
export function authenticateSocket(rules: HandshakeRules) {
  return (socket: Socket, next: (error?: Error) => void): void => {
    if (!rules.seats.ask(socket.conn)) {
      cutConnection(socket.conn);
      return;
    }
    identify(rules, socket).then(
      (caller) => {
        socket.data = caller;
        next();
      },
      (error: unknown) => {
        const violation = toViolation(error, rules.log);
        next(Object.assign(new Error(violation.code), { data: violation.toRefusal() }));
      },
    );
  };
}

async function identify(rules: HandshakeRules, socket: Socket): Promise<CallerIdentity> {
  const { v } = parseRequest(Handshake, socket.handshake.auth);
  if (v !== PROTOCOL_VERSION) throw new Violation('protocol-version');
  const transport = transportOf(socket.request, rules.trust);
  if (transport === 'insecure') throw new Violation('insecure-transport');
  const caller = await rules.tokens.verify(readCookie(socket.request, cookieNames(transport).access));
  const code = (await rules.check?.refuse(caller)) ?? null;
  if (code !== null) throw new Violation(code);
  if (!rules.seats.take(socket.conn, caller.userId)) throw new Violation('throttled', { retryAfterSeconds: 30 });
  return caller;
}

/** Says why, then cuts the connection. */
export function endSocket(socket: Socket, reason: SessionEnded['reason']): void {
  socket.emit('session:ended', { reason } satisfies SessionEnded);
  socket.disconnect(true);
}

/** Longest delay that Node's timers take. */
const TIMER_MAX_MS = 2_147_483_647;

/** Cuts a socket when its access token ends; the client refreshes and connects anew. */
export function endAtExpiry(socket: Socket): void {
  const { expiresAtMs } = socket.data as CallerIdentity;
  const delayMs = Math.min(Math.max(expiresAtMs - Date.now(), 0), TIMER_MAX_MS);
  const timer = setTimeout(() => {
    endSocket(socket, 'token-expired');
  }, delayMs);
  socket.once('disconnect', () => {
    clearTimeout(timer);
  });
}

/** Cuts this replica's sockets that a SessionEndedHint names: one session, one device, or (both null) all of a user. */
export function endHintedSockets(server: Server, message: string): void {
  let hint: SessionEndedHint;
  try {
    hint = SessionEndedHint.parse(JSON.parse(message));
  } catch {
    return; // Not a hint: whoever can write to Redis gains nothing by noise.
  }
  for (const socket of server.of('/').sockets.values()) {
    const caller = socket.data as CallerIdentity;
    if (caller.userId !== hint.userId) continue;
    if (hint.sessionId !== null && caller.sessionId !== hint.sessionId) continue;
    if (hint.deviceId !== null && caller.deviceId !== hint.deviceId) continue;
    endSocket(socket, hint.reason);
  }
}
