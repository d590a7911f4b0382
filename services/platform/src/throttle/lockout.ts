import type { RedisLink } from '../redis-io/redis-link.js';
import type { AddressMarks } from './address-marks.js';

/** Wrong tries before the first wait, times THROTTLE_SCALE. */
export const TRIES_PER_ACCOUNT_AND_NETWORK = 5;
/** More, because strangers use them up as well; who was here before is not kept out by them. */
export const TRIES_PER_ACCOUNT = 20;
/** More, because many people may come from one address. */
export const TRIES_PER_ADDRESS = 20;
/** The first wait; each further wrong try doubles it. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** How long wrong tries are remembered after the last one, once they led to a wait. */
const REMEMBERED_MS = 24 * 3_600_000;
/** And before that: as many guesses an hour as the longest wait allows, and much less to keep for names that somebody made up. */
const REMEMBERED_FEW_MS = 3_600_000;
/** How long a network from which somebody logged in is known: today's mark and yesterday's are looked at. */
const KNOWN_MS = 48 * 3_600_000;
/** Counters in memory while Redis is away. */
const LOCAL_MAX = 50_000;

/** Who tries: a name, whether somebody has it or not, from an address. */
export interface Trier {
  readonly name: string;
  readonly address: string;
}

/**
 * KEYS: the three counters; ARGV: for each its limit, and 1 where it keeps out. Counts a try in the first two beforehand: of many at the
 * same moment no more get through than one after the other. @returns ms to wait, or 0
 */
const BEGIN = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local wait = 0
for i = 1, #KEYS do
  if ARGV[2 * i] == '1' then
    wait = math.max(wait, tonumber(redis.call('HGET', KEYS[i], 'until') or '0') - now)
  end
end
if wait > 0 then return wait end
for i = 1, #KEYS - 1 do
  local tries = redis.call('HINCRBY', KEYS[i], 'tries', 1)
  local over = tries - tonumber(ARGV[2 * i - 1])
  if over >= 0 then redis.call('HSET', KEYS[i], 'until', now + math.min(${FIRST_WAIT_MS} * 2 ^ math.min(over, 20), ${LONGEST_WAIT_MS})) end
  redis.call('PEXPIRE', KEYS[i], over >= 0 and ${REMEMBERED_MS} or ${REMEMBERED_FEW_MS})
end
return 0`;

/** KEYS[1]: the counter of an address; ARGV[1] its limit. Counts a wrong try. */
const FAIL = `
local t = redis.call('TIME')
local over = redis.call('HINCRBY', KEYS[1], 'tries', 1) - tonumber(ARGV[1])
if over >= 0 then redis.call('HSET', KEYS[1], 'until', t[1] * 1000 + math.min(${FIRST_WAIT_MS} * 2 ^ math.min(over, 20), ${LONGEST_WAIT_MS})) end
redis.call('PEXPIRE', KEYS[1], over >= 0 and ${REMEMBERED_MS} or ${REMEMBERED_FEW_MS})`;

/** KEYS: counters, ARGV: their limits. Takes back a try that told nothing. */
const TAKE_BACK = `
for i = 1, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 and redis.call('HINCRBY', KEYS[i], 'tries', -1) < tonumber(ARGV[i]) then
    redis.call('HDEL', KEYS[i], 'until')
  end
end`;

interface Counter {
  readonly key: string;
  readonly limit: number;
  readonly keepsOut: boolean;
}

/**
 * Keeps guessers out for longer and longer: per account and network, per account, and per address. In Redis, for all replicas together;
 * in this process's memory while Redis is away. A name that nobody has is counted like any other.
 */
export class Lockout {
  readonly #local = new Map<string, { tries: number; untilMs: number; forgetAtMs: number }>();

  constructor(
    private readonly link: RedisLink,
    private readonly marks: AddressMarks,
    private readonly scale = 1,
    private readonly now: () => number = Date.now,
  ) {}

  /** Counts a try. @returns 0, or the whole seconds to wait before the next one: then nothing was counted */
  async begin(trier: Trier): Promise<number> {
    const counters = this.#counters(trier, await this.#isKnown(trier));
    const waitMs = await this.#either(
      () =>
        this.#eval(
          BEGIN,
          counters,
          counters.flatMap(({ limit, keepsOut }) => [limit, keepsOut ? 1 : 0]),
        ),
      () => this.#beginHere(counters),
    );
    return Math.ceil(Number(waitMs) / 1000);
  }

  /** The try was wrong: its address is counted too. */
  async failed(trier: Trier): Promise<void> {
    const [, , address] = this.#counters(trier, false);
    await this.#either(
      () => this.#eval(FAIL, [address], [address.limit]),
      () => {
        this.#countHere(address);
      },
    );
  }

  /** The try was right: the name's own counts are over, its address's are not, and its network is known from now on. */
  async succeeded(trier: Trier): Promise<void> {
    const [pair, account] = this.#counters(trier, false);
    this.#local.delete(pair.key);
    this.#local.delete(account.key);
    await this.#either(
      () => this.link.commands.del(pair.key, account.key),
      () => undefined,
    );
    await this.know(trier);
  }

  /** The try could not be looked at: it counts for nothing. */
  async takeBack(trier: Trier): Promise<void> {
    const counters = this.#counters(trier, false).slice(0, 2);
    await this.#either(
      () =>
        this.#eval(
          TAKE_BACK,
          counters,
          counters.map(({ limit }) => limit),
        ),
      () => {
        for (const { key, limit } of counters) {
          const counter = this.#local.get(key);
          if (counter !== undefined && --counter.tries < limit) counter.untilMs = 0;
        }
      },
    );
  }

  /** Somebody who has the name is at that network: strangers' tries elsewhere do not keep it out. */
  async know(trier: Trier): Promise<void> {
    const key = this.#knownKey(trier, 0);
    this.#remember(key, { tries: 0, untilMs: 0, forgetAtMs: this.now() + KNOWN_MS });
    await this.#either(
      () => this.link.commands.set(key, '1', 'PX', KNOWN_MS),
      () => undefined,
    );
  }

  async #isKnown(trier: Trier): Promise<boolean> {
    const keys = [this.#knownKey(trier, 0), this.#knownKey(trier, 1)];
    const here = keys.some((key) => (this.#local.get(key)?.forgetAtMs ?? 0) > this.now());
    if (here) return true;
    const there = await this.#either(
      () => this.link.commands.exists(...keys),
      () => 0,
    );
    return there > 0;
  }

  #knownKey({ name, address }: Trier, daysAgo: number): string {
    return `known:${this.marks.ofName(name)}:${this.marks.of(address, 'network', daysAgo)}`;
  }

  #counters({ name, address }: Trier, isKnown: boolean): [Counter, Counter, Counter] {
    const account = this.marks.ofName(name);
    const limit = (tries: number) => Math.ceil(tries * this.scale);
    const pair = `${account}:${this.marks.of(address, 'network')}`;
    return [
      { key: `lockout:pair:${pair}`, limit: limit(TRIES_PER_ACCOUNT_AND_NETWORK), keepsOut: true },
      { key: `lockout:name:${account}`, limit: limit(TRIES_PER_ACCOUNT), keepsOut: !isKnown },
      { key: `lockout:address:${this.marks.of(address, 'host')}`, limit: limit(TRIES_PER_ADDRESS), keepsOut: true },
    ];
  }

  #eval(script: string, counters: readonly Counter[], values: readonly number[]): Promise<unknown> {
    return this.link.commands.eval(script, counters.length, ...counters.map(({ key }) => key), ...values);
  }

  /** Redis's answer, or this process's own where Redis has none. */
  async #either<T>(there: () => Promise<T>, here: () => T): Promise<T> {
    if (this.link.isReady) {
      try {
        return await there();
      } catch {
        // Went away just now.
      }
    }
    return here();
  }

  #beginHere(counters: readonly Counter[]): number {
    const nowMs = this.now();
    const waits = counters.map(({ key, keepsOut }) => (keepsOut ? (this.#local.get(key)?.untilMs ?? 0) - nowMs : 0));
    const waitMs = Math.max(...waits);
    if (waitMs > 0) return waitMs;
    for (const counter of counters.slice(0, 2)) this.#countHere(counter);
    return 0;
  }

  #countHere({ key, limit }: Counter): void {
    const nowMs = this.now();
    const before = this.#local.get(key);
    const tries = (before !== undefined && before.forgetAtMs > nowMs ? before.tries : 0) + 1;
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries - limit, 20), LONGEST_WAIT_MS);
    this.#remember(key, {
      tries,
      untilMs: tries >= limit ? nowMs + waitMs : 0,
      forgetAtMs: nowMs + (tries >= limit ? REMEMBERED_MS : REMEMBERED_FEW_MS),
    });
  }

  #remember(key: string, counter: { tries: number; untilMs: number; forgetAtMs: number }): void {
    this.#local.delete(key);
    this.#local.set(key, counter);
    for (const oldest of this.#local.keys()) {
      if (this.#local.size <= LOCAL_MAX) break;
      this.#local.delete(oldest);
    }
  }
}
