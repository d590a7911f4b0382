import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlaceHolds, SettleHolds, SessionsCheck, UsersLookup } from '@secureconnect/contracts/internal';

/** Plays credits and auth on their internal ports, and can be away. */
export class FakePeers {
  readonly unknownUsers = new Set<string>();
  readonly endedSessions = new Set<string>();
  readonly captured = new Map<string, number>();
  readonly released: string[] = [];
  readonly held = new Set<string>();
  holdRequests = 0;
  available = 500;
  creditsAway = false;
  settlementsAway = false;
  authAway = false;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#answer(request).then((body) => {
        const status = body === null ? 503 : 200;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
      });
    });
  }

  static async start(): Promise<FakePeers> {
    const peers = new FakePeers();
    await new Promise<void>((resolve) => peers.#server.listen(0, '127.0.0.1', resolve));
    return peers;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body: unknown = JSON.parse(text);
    switch (request.url) {
      case '/internal/holds':
        return this.creditsAway ? null : this.#hold(PlaceHolds.parse(body));
      case '/internal/settlements':
        return this.creditsAway || this.settlementsAway ? null : this.#settle(SettleHolds.parse(body));
      case '/internal/users/lookup':
        return this.authAway ? null : this.#lookup(UsersLookup.parse(body));
      case '/internal/sessions/check':
        return this.authAway ? null : this.#check(SessionsCheck.parse(body));
      default:
        throw new Error(`nobody asks for ${String(request.url)}`);
    }
  }

  #hold({ holds }: PlaceHolds) {
    this.holdRequests++;
    const results = holds.map(({ key, amount }) => {
      if (this.captured.has(key)) return { outcome: 'captured', key, available: this.available };
      if (!this.held.has(key)) {
        if (this.available < amount) return { outcome: 'insufficient', key, available: this.available };
        this.available -= amount;
        this.held.add(key);
      }
      return { outcome: 'held', key, available: this.available, expiresInMs: 30_000 };
    });
    return { results };
  }

  #settle({ settlements }: SettleHolds) {
    const results = settlements.map(({ key, move }) => {
      if (move === 'capture') this.captured.set(key, (this.captured.get(key) ?? 0) + 1);
      else this.released.push(key);
      this.held.delete(key);
      return { key, state: move === 'capture' ? 'captured' : 'released' };
    });
    return { results };
  }

  #lookup({ userIds }: UsersLookup) {
    const known = userIds.filter((userId) => !this.unknownUsers.has(userId));
    return { users: known.map((userId) => ({ userId, username: 'somebody', role: 'user', banned: false })) };
  }

  #check({ sessionIds }: SessionsCheck) {
    return { standing: sessionIds.filter((sessionId) => !this.endedSessions.has(sessionId)) };
  }
}
