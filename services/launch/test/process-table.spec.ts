import { planProcesses, portsNeeded, replicasOf, SERVICES } from '../src/process-table.js';
import { replicaEnvironment } from '../src/replica-environment.js';

const COUNTS = { 'messaging-gateway': 2, signaling: 2 };
const ports = Array.from({ length: portsNeeded(COUNTS) }, (_, index) => 7400 + index);
const table = planProcesses('/project', '/data/stores', COUNTS, ports);
const common = {
  redisUrl: 'redis://127.0.0.1:7400',
  secretsDir: '/data/secrets',
  publicOrigins: ['https://a.example', 'http://localhost:8080'],
  logLevel: 'info',
};

describe('the process table', () => {
  it('has each service, and as many replicas as asked', () => {
    expect(table.replicas.map(({ name }) => name)).toEqual([
      'auth-1',
      'credits-1',
      'messaging-gateway-1',
      'messaging-gateway-2',
      'signaling-1',
      'signaling-2',
      'admin-1',
    ]);
  });

  it('gives every listener a port of its own', () => {
    const taken = [table.redisPort, ...table.replicas.flatMap(({ port, internalPort }) => [port, internalPort])];
    expect(new Set(taken).size).toBe(portsNeeded(COUNTS));
    expect([...taken].sort()).toEqual(ports);
  });

  it('refuses to be laid out on too few ports', () => {
    expect(() => planProcesses('/project', '/data/stores', COUNTS, ports.slice(1))).toThrow(RangeError);
  });

  it('lets the replicas of a service share its store, and no two services one', () => {
    expect(new Set(replicasOf(table, 'messaging-gateway').map(({ storeFile }) => storeFile)).size).toBe(1);
    expect(new Set(table.replicas.map(({ storeFile }) => storeFile)).size).toBe(SERVICES.length);
  });
});

describe('a replica’s environment', () => {
  const [auth] = replicasOf(table, 'auth');
  const gateways = replicasOf(table, 'messaging-gateway');

  it('says where it listens, what it stores and who it is', () => {
    expect(replicaEnvironment(gateways[1]!, table, common)).toMatchObject({
      HOST: '127.0.0.1',
      PORT: String(gateways[1]!.port),
      INTERNAL_PORT: String(gateways[1]!.internalPort),
      STORE_FILE: '/data/stores/messaging-gateway.sqlite',
      REPLICA_ID: 'messaging-gateway-2',
      REDIS_URL: 'redis://127.0.0.1:7400',
      PUBLIC_ORIGINS: 'https://a.example,http://localhost:8080',
      SECRETS_DIR: '/data/secrets',
    });
  });

  it('names every replica of a service that runs more than once', () => {
    expect(replicaEnvironment(auth!, table, common).MESSAGING_INTERNAL_URL).toBe(
      gateways.map(({ internalPort }) => `http://127.0.0.1:${internalPort}`).join(','),
    );
  });

  it('leads to the internal ports of the others, never to their public ones', () => {
    const environment = replicaEnvironment(gateways[0]!, table, common);
    expect(environment.AUTH_INTERNAL_URL).toBe(`http://127.0.0.1:${auth!.internalPort}`);
    const publicPorts = table.replicas.map(({ port }) => String(port));
    const urls = Object.entries(environment).filter(([name]) => name.endsWith('_INTERNAL_URL'));
    expect(urls).toHaveLength(4);
    for (const url of urls.flatMap(([, list]) => list.split(','))) expect(publicPorts).not.toContain(new URL(url).port);
  });
});
