import type { Socket } from 'socket.io';
import type { EventLog } from '../logging/event-log.js';
import type { CallerIdentity } from '../tokens/caller.js';
import type { HandshakeCheck } from './caller-socket.js';
import { endSocket } from './handshake.js';

/**
 * Asks again and again whether the sessions of the sockets here still stand. A session's end is told by a hint in Redis, which may be
 * lost (Redis away, or a socket that was just being let in): without this, its sockets would stay until their token ends.
 */
export class SessionRecheck {
  #timer: NodeJS.Timeout | undefined;
  #asking = false;

  constructor(
    private readonly check: HandshakeCheck,
    private readonly sockets: () => Iterable<Socket>,
    private readonly intervalMs: number,
    private readonly log: EventLog,
  ) {}

  start(): void {
    this.#timer = setInterval(() => void this.#round(), this.intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #round(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const sessionIds = new Set([...this.sockets()].map((socket) => (socket.data as CallerIdentity).sessionId));
      const ended = sessionIds.size === 0 ? new Set() : await this.check.endedAmong([...sessionIds]);
      if (ended.size === 0) return;
      for (const socket of this.sockets()) {
        if (ended.has((socket.data as CallerIdentity).sessionId)) endSocket(socket, 'logged-out');
      }
      this.log.info('sessions.found-ended', { sessions: ended.size });
    } catch (error) {
      this.log.error('sessions.recheck-failed', error);
    } finally {
      this.#asking = false;
    }
  }
}
