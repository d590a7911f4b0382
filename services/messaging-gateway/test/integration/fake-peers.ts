import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BundlesLookup,
  CaptureCharges,
  CloseAllowances,
  GrantAllowances,
  PlaceHolds,
  SettleHolds,
  SessionsCheck,
  UsersLookup,
} from '@secureconnect/contracts/internal';

/** Plays credits and auth on their internal ports, and can be away. */
export class FakePeers {
  readonly unknownUsers = new Set<string>();
  readonly endedSessions = new Set<string>();
  readonly captured = new Map<string, number>();
  /** What each capture was for. */
  readonly capturedAs = new Map<string, string>();
  readonly released: string[] = [];
  readonly held = new Set<string>();
  holdRequests = 0;
  /** What is left of each allowance. */
  readonly allowances = new Map<string, number>();
  readonly closed: string[] = [];
  /** Whether busy senders get allowances. */
  grants = false;
  available = 500;
  creditsAway = false;
  settlementsAway = false;
  authAway = false;
  /** By user id and version, base64url. */
  readonly bundles = new Map<string, string>();
  bundleRequests = 0;
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
      case '/internal/captures':
        return this.creditsAway || this.settlementsAway ? null : this.#capture(CaptureCharges.parse(body));
      case '/internal/allowances':
        return this.creditsAway ? null : this.#grant(GrantAllowances.parse(body));
      case '/internal/allowances/close':
        return this.creditsAway ? null : this.#close(CloseAllowances.parse(body));
      case '/internal/users/lookup':
        return this.authAway ? null : this.#lookup(UsersLookup.parse(body));
      case '/internal/users/bundles':
        return this.authAway ? null : this.#bundles(BundlesLookup.parse(body));
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
      if (move === 'capture') throw new Error('captures have a route of their own');
      this.released.push(key);
      this.held.delete(key);
      return { key, state: 'released' };
    });
    return { results };
  }

  #capture({ charges }: CaptureCharges) {
    for (const { kind, key, allowanceId, amount } of charges) {
      this.capturedAs.set(key, kind);
      this.captured.set(key, (this.captured.get(key) ?? 0) + 1);
      if (this.held.delete(key) || allowanceId === null) continue;
      this.available -= amount;
      this.allowances.set(allowanceId, (this.allowances.get(allowanceId) ?? 0) - amount);
    }
    return this.#balances(charges);
  }

  #grant({ allowances }: GrantAllowances) {
    const results = allowances.map(({ allowanceId, amount }) => {
      if (!this.grants) return { outcome: 'refused', allowanceId, available: this.available };
      this.allowances.set(allowanceId, amount);
      return { outcome: 'granted', allowanceId, amount, available: this.available, expiresInMs: 30_000 };
    });
    return { results };
  }

  #close({ allowances }: CloseAllowances) {
    this.closed.push(...allowances.map(({ allowanceId }) => allowanceId));
    return this.#balances(allowances);
  }

  #balances(entries: readonly { readonly userId: string }[]) {
    const userIds = [...new Set(entries.map(({ userId }) => userId))];
    return { balances: userIds.map((userId) => ({ userId, available: this.available })) };
  }

  #lookup({ userIds }: UsersLookup) {
    const known = userIds.filter((userId) => !this.unknownUsers.has(userId));
    return { users: known.map((userId) => ({ userId, username: 'somebody', role: 'user', banned: false })) };
  }

  #bundles({ wanted }: BundlesLookup) {
    this.bundleRequests++;
    const found = wanted.flatMap((name) => {
      const bundle = this.bundles.get(`${name.userId} ${String(name.bundleVer)}`);
      return bundle === undefined ? [] : [{ ...name, bundle }];
    });
    return { bundles: found };
  }

  #check({ sessionIds }: SessionsCheck) {
    return { standing: sessionIds.filter((sessionId) => !this.endedSessions.has(sessionId)) };
  }
}
