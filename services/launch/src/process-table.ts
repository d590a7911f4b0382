import { join } from 'node:path';

/** The five services, in the order in which they take their ports. */
export const SERVICES = ['auth', 'credits', 'messaging-gateway', 'signaling', 'admin'] as const;
export type Service = (typeof SERVICES)[number];

/** How many processes of each service run; the ones not named run once. */
export type ReplicaCounts = Readonly<Partial<Record<Service, number>>>;

/** Where one replica listens, what it stores, and how it is started. */
export interface Replica {
  /** `messaging-gateway-2`: the REPLICA_ID, the process's name, the log's name. */
  readonly name: string;
  readonly service: Service;
  /** Path of the program, which Node 24 runs. */
  readonly script: string;
  readonly port: number;
  readonly internalPort: number;
  /** The replicas of one service open one store. */
  readonly storeFile: string;
}

/** Everything that runs beside the door: the one list that `npm start`, the tests and the benchmark share. */
export interface ProcessTable {
  readonly replicas: readonly Replica[];
  /** Port of the private Redis on the loopback; not used when one is given by REDIS_URL. */
  readonly redisPort: number;
}

/** Ports that {@link planProcesses} takes for so many replicas: two each and one for Redis. */
export function portsNeeded(counts: ReplicaCounts): number {
  return 1 + 2 * SERVICES.reduce((sum, service) => sum + (counts[service] ?? 1), 0);
}

/**
 * Lays the processes out.
 *
 * @param repository root of the project, where `services/<name>/dist/main.js` lies
 * @param storesDir folder of the SQLite files
 * @param ports at least {@link portsNeeded} free ports; the first goes to Redis
 */
export function planProcesses(
  repository: string,
  storesDir: string,
  counts: ReplicaCounts,
  ports: readonly number[],
): ProcessTable {
  const needed = portsNeeded(counts);
  if (ports.length < needed) throw new RangeError(`${needed} ports are needed, ${ports.length} were given`);
  const supply = ports.values();
  const take = (): number => supply.next().value!;
  const redisPort = take();
  const replicas = SERVICES.flatMap((service) =>
    Array.from({ length: counts[service] ?? 1 }, (_, index) => ({
      name: `${service}-${index + 1}`,
      service,
      script: join(repository, 'services', service, 'dist', 'main.js'),
      port: take(),
      internalPort: take(),
      storeFile: join(storesDir, `${service}.sqlite`),
    })),
  );
  return { replicas, redisPort };
}

export function replicasOf(table: ProcessTable, service: Service): readonly Replica[] {
  return table.replicas.filter((replica) => replica.service === service);
}
