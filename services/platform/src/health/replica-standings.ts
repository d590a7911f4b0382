import { stat } from 'node:fs/promises';
import { REPLICAS_MAX, ReplicaStanding } from '@secureconnect/contracts/statistics';
import type { RedisLink } from '../redis-io/redis-link.js';

const PREFIX = 'sc:standing';
const REPLICAS = `${PREFIX}:replicas`;
const SAY_EVERY_MS = 5_000;
/** Two that are lost do not matter; after the third, nobody says so any more. */
const LEASE_MS = 16_000;

const standingKey = (replica: string) => `${PREFIX}:${replica}`;

export interface SpokenFor {
  /** Which service and replica it is, and how it is; asked every few seconds. */
  readonly report: () => Omit<ReplicaStanding, 'storeBytes'>;
  readonly storeFile: string;
}

/** Says of this process, in Redis, how it is: a lease, so that one that was killed is not listed for long. */
export class StandingLease {
  #timer: NodeJS.Timeout | undefined;
  #saying: Promise<void> = Promise.resolve();

  constructor(
    private readonly redis: RedisLink,
    private readonly spokenFor: SpokenFor,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.#saying = this.#say();
    }, SAY_EVERY_MS);
    this.#timer.unref();
    this.#saying = this.#say();
  }

  /** Ends the lease: who goes in order is not listed any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#saying;
    const replica = nameOf(this.spokenFor.report());
    await this.redis.commands.del(standingKey(replica)).catch(() => undefined);
    await this.redis.commands.srem(REPLICAS, replica).catch(() => undefined);
  }

  /** While Redis is away, nothing is said; the next time tells all of it. */
  async #say(): Promise<void> {
    const standing: ReplicaStanding = {
      ...this.spokenFor.report(),
      storeBytes: await bytesOf(this.spokenFor.storeFile),
    };
    const replica = nameOf(standing);
    try {
      await this.redis.commands.set(standingKey(replica), JSON.stringify(standing), 'PX', LEASE_MS);
      await this.redis.commands.sadd(REPLICAS, replica);
    } catch {
      // said again in a few seconds
    }
  }
}

/** All processes of all services that say how they are, by service and name; null while Redis does not answer. */
export async function allStandings({ commands }: RedisLink): Promise<ReplicaStanding[] | null> {
  try {
    const replicas = (await commands.smembers(REPLICAS)).sort().slice(0, REPLICAS_MAX);
    const said = replicas.length === 0 ? [] : await commands.mget(replicas.map(standingKey));
    const gone = replicas.filter((_, index) => said[index] === null);
    if (gone.length > 0) await commands.srem(REPLICAS, ...gone);
    return said.flatMap((text) => (text === null ? [] : readStanding(text)));
  } catch {
    return null;
  }
}

const nameOf = ({ service, replicaId }: Pick<ReplicaStanding, 'service' | 'replicaId'>) => `${service}:${replicaId}`;

/** Whoever can write to Redis can lie about how many there are, and no more. */
function readStanding(text: string): ReplicaStanding[] {
  try {
    return [ReplicaStanding.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}

async function bytesOf(storeFile: string): Promise<number> {
  const sizes = [storeFile, `${storeFile}-wal`].map((file) =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
