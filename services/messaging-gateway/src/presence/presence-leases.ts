import * as z from 'zod';
import { UserId } from '@secureconnect/contracts/ids';
import type { RedisLink } from '@secureconnect/platform/redis-io/redis-link';

/** A process that is silent for so long is dead, and its users are not here. Long enough for a machine that is busy for a while. */
const LEASE_MS = 7_000;
const ROUND_MS = 1_500;
const SADD_MAX = 1_000;
const PREFIX = 'messaging:presence';
const PROCESSES = `${PREFIX}:processes`;
const CHANNEL = `${PREFIX}:moved`;
/** Redis has no empty sets: this keeps the lease of a process without users. */
const NOBODY = '-';

const turnKey = (process: string) => `${PREFIX}:turn:${process}`;
const usersKey = (process: string) => `${PREFIX}:here:${process}`;

/** What replicas tell each other at once; the rounds would find it too. `review`: the user's own choice changed. */
const Moved = z.strictObject({
  process: z.string().max(100),
  userId: UserId,
  move: z.enum(['here', 'gone', 'review']),
});

interface Remote {
  turn: string;
  users: Set<string>;
}

/**
 * Which users are connected anywhere. Each process leases a set of its users in Redis and mirrors the sets of the others; a process
 * that is killed stops renewing, and the lease ends. Redis may lose everything at any time: each process writes its set anew from
 * its live sockets, and until all had the time to do so, nobody is taken for gone.
 */
export class PresenceLeases {
  readonly #here = new Set<UserId>();
  readonly #remotes = new Map<string, Remote>();
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;
  #isBusy = false;
  /** Whether Redis may hold another set of our users than we do. */
  #isStale = true;
  #wasWritten = false;
  #trustedFromMs = 0;

  constructor(
    private readonly redis: RedisLink,
    private readonly processId: string,
    /** Told after each round (null: about anybody), and at once when a user moved. */
    private readonly onMoved: (userId: UserId | null) => void,
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {}

  start(): void {
    this.redis.subscribe(CHANNEL, (message) => {
      this.#hear(message);
    });
    this.#timer = setInterval(() => void this.round(), ROUND_MS);
    this.#timer.unref();
    void this.round();
  }

  /** Lets the lease run out by itself: whoever was connected here has that time to come back elsewhere. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** The users of this process. */
  get here(): ReadonlySet<UserId> {
    return this.#here;
  }

  isOnline(userId: UserId): boolean {
    if (this.#here.has(userId)) return true;
    for (const { users } of this.#remotes.values()) if (users.has(userId)) return true;
    return false;
  }

  enter(userId: UserId): void {
    if (this.#here.has(userId)) return;
    this.#here.add(userId);
    this.#turn++;
    this.#try(this.redis.commands.sadd(usersKey(this.processId), userId));
    this.#tell(userId, 'here');
  }

  leave(userId: UserId): void {
    if (!this.#here.delete(userId)) return;
    this.#turn++;
    this.#try(this.redis.commands.srem(usersKey(this.processId), userId));
    this.#tell(userId, 'gone');
  }

  /** Everybody looks at this user anew. */
  review(userId: UserId): void {
    this.#tell(userId, 'review');
  }

  /** Renews the own lease and looks at the others'. Does nothing while Redis is away. */
  async round(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#renew();
      await this.#mirror();
    } catch {
      // What is known of the others stays; how much of it still holds is not to be said before they had time to renew.
      this.#distrust();
    } finally {
      this.#isBusy = false;
    }
    this.onMoved(null);
  }

  async #renew(): Promise<void> {
    const { commands } = this.redis;
    const stands = await commands.pexpire(usersKey(this.processId), LEASE_MS);
    if (stands === 0 && this.#wasWritten) this.#distrust();
    if (stands === 0 || this.#isStale) await this.#write();
    await commands.sadd(PROCESSES, this.processId);
    await commands.set(turnKey(this.processId), String(this.#turn), 'PX', LEASE_MS);
  }

  async #write(): Promise<void> {
    this.#isStale = false;
    const key = usersKey(this.processId);
    const users = [NOBODY, ...this.#here];
    const writing = this.redis.commands.multi().del(key);
    for (let from = 0; from < users.length; from += SADD_MAX) writing.sadd(key, ...users.slice(from, from + SADD_MAX));
    await writing.pexpire(key, LEASE_MS).exec();
    this.#turn++;
    this.#wasWritten = true;
  }

  async #mirror(): Promise<void> {
    const { commands } = this.redis;
    const others = (await commands.smembers(PROCESSES)).filter((process) => process !== this.processId);
    const turns = others.length === 0 ? [] : await commands.mget(...others.map(turnKey));
    const isTrusted = this.monotonicMs() >= this.#trustedFromMs;
    const alive = new Set<string>();
    for (const [index, process] of others.entries()) {
      const turn = turns[index] ?? null;
      if (turn === null) {
        await commands.srem(PROCESSES, process);
        continue;
      }
      alive.add(process);
      const known = this.#remotes.get(process);
      if (known?.turn === turn) continue;
      const users = new Set(await commands.smembers(usersKey(process)));
      if (isTrusted || known === undefined) this.#remotes.set(process, { turn, users });
      else for (const user of users) known.users.add(user);
    }
    if (!isTrusted) return;
    for (const process of this.#remotes.keys()) if (!alive.has(process)) this.#remotes.delete(process);
  }

  #distrust(): void {
    this.#isStale = true;
    this.#trustedFromMs = this.monotonicMs() + LEASE_MS;
  }

  #hear(message: string): void {
    let moved: z.infer<typeof Moved>;
    try {
      moved = Moved.parse(JSON.parse(message));
    } catch {
      return; // Not of ours: whoever can write to Redis gains nothing by noise.
    }
    const { process, userId, move } = moved;
    if (process === this.processId) return;
    if (move === 'here') this.#remote(process).users.add(userId);
    if (move === 'gone') this.#remotes.get(process)?.users.delete(userId);
    this.onMoved(userId);
  }

  /** One that no round has met yet has no turn: the next round reads all of it. */
  #remote(process: string): Remote {
    const known = this.#remotes.get(process) ?? { turn: '', users: new Set() };
    this.#remotes.set(process, known);
    return known;
  }

  #tell(userId: UserId, move: z.infer<typeof Moved>['move']): void {
    this.redis.publish(CHANNEL, JSON.stringify({ process: this.processId, userId, move }));
    this.onMoved(userId);
  }

  #try(writing: Promise<unknown>): void {
    writing.catch(() => {
      this.#isStale = true;
    });
  }
}
