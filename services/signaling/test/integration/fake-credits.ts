import { PlaceHolds, SettleHolds } from '@secureconnect/contracts/internal';
import { FakePeer } from './fake-peer.js';

/** Plays credits: one purse for everybody, and what it was asked to hold, capture and release. */
export class FakeCredits {
  available = 1_000;
  /** What is held now, by key. */
  readonly held = new Map<string, number>();
  /** Every capture and release that moved something, in order. */
  readonly settled: { readonly key: string; readonly move: 'capture' | 'release' }[] = [];
  holdsAsked = 0;
  isAway = false;

  private constructor(readonly peer: FakePeer) {
    peer.answer = (path, body) => {
      if (this.isAway) return { status: 503 };
      return path === '/internal/holds' ? this.#hold(body) : this.#settle(body);
    };
  }

  static async start(): Promise<FakeCredits> {
    return new FakeCredits(await FakePeer.start(() => ({ status: 503 })));
  }

  #hold(body: unknown) {
    const results = PlaceHolds.parse(body).holds.map(({ key, amount }) => {
      this.holdsAsked++;
      if (this.available < amount) return { outcome: 'insufficient', key, available: this.available };
      if (!this.held.has(key)) this.available -= amount;
      this.held.set(key, amount);
      return { outcome: 'held', key, available: this.available, expiresInMs: 240_000 };
    });
    return { status: 200, body: { results } };
  }

  #settle(body: unknown) {
    const results = SettleHolds.parse(body).settlements.map(({ key, move }) => {
      const amount = this.held.get(key);
      if (amount !== undefined) {
        this.held.delete(key);
        this.settled.push({ key, move });
        if (move === 'release') this.available += amount;
      }
      return { key, state: move === 'capture' ? 'captured' : 'released' };
    });
    return { status: 200, body: { results } };
  }
}
