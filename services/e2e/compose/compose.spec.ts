import { request } from 'node:https';
import { PROTOCOL_VERSION } from '@secureconnect/contracts/limits';
import { endpointsAt, MESSAGING_SOCKET_PATH } from '@secureconnect/client/deps';
import { ComposeProject, docker, PROJECT_VARIABLE, type ProjectFacts } from '@secureconnect/launch/compose/project';
import { io, type Socket } from 'socket.io-client';
import { Person, type Place } from '../src/people/person.js';
import { eventually } from '../src/waiting/eventually.js';

jest.setTimeout(180_000);

/** `docker compose up --build --scale messaging-gateway=3` runs already: `npm run test:compose` has started it. */
const project = new ComposeProject(JSON.parse(process.env[PROJECT_VARIABLE] ?? '{}') as ProjectFacts);
const place: Place = { origin: project.httpUrl, endpoints: endpointsAt(project.httpUrl) };
const GATEWAYS = 3;

const gatewayOf = (replicaId: string) =>
  project.containers('messaging-gateway').find(({ Config }) => replicaId.endsWith(Config.Hostname))!;

describe('docker compose with three gateways', () => {
  const people: Person[] = [];
  const sockets: Socket[] = [];
  let alice: Person;
  let bob: Person;

  const somebody = (...args: ConstructorParameters<typeof Person>): Person => {
    const person = new Person(...args);
    people.push(person);
    return person;
  };
  /** The same person on the same device, connected under another key: perhaps to another replica. */
  const again = async (before: Person): Promise<Person> => {
    await before.messenger.close();
    const person = somebody(before.username, place, {
      password: before.password,
      storage: before.storage,
      jar: before.jar,
    });
    await person.restore();
    await person.connected();
    return person;
  };
  /** Connects with one transport only; gives the socket and the replica that welcomed it. */
  const connect = async (
    key: string,
    transport: 'websocket' | 'polling',
  ): Promise<{ socket: Socket; replicaId: string }> => {
    const socket = io(project.httpUrl, {
      path: MESSAGING_SOCKET_PATH,
      transports: [transport],
      upgrade: false,
      forceNew: true,
      reconnection: false,
      query: { k: key },
      auth: { v: PROTOCOL_VERSION },
      extraHeaders: alice.jar.socketHeaders,
    });
    sockets.push(socket);
    const { replicaId } = await new Promise<{ replicaId: string }>((done, fail) => {
      socket.once('session:welcome', done).once('connect_error', fail);
    });
    return { socket, replicaId };
  };

  beforeAll(async () => {
    alice = somebody('alice', place);
    await alice.signUp();
    bob = somebody('bob', place);
    await bob.signUp();
    await alice.open(bob.username);
    await bob.conversationWith(alice.username);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await Promise.all(people.map(({ messenger }) => messenger.close()));
  });

  it('runs every container without root, without capabilities and on a file system that it cannot change', () => {
    const containers = project.containers();
    expect(project.containers('messaging-gateway')).toHaveLength(GATEWAYS);
    for (const { Name, Config, HostConfig } of containers) {
      expect([Name, Config.User]).toEqual([Name, expect.stringMatching(/^(node|redis|1000:1000)$/)]);
      expect([Name, HostConfig.ReadonlyRootfs, HostConfig.CapDrop]).toEqual([Name, true, ['ALL']]);
    }
  });

  it('gives each container the secrets that it may read, and the signing key to auth alone', () => {
    const secretsOf = (service: string) =>
      docker('exec', project.containers(service)[0]!.Id, 'ls', '/secrets').split('\n').filter(Boolean);
    expect(secretsOf('auth')).toEqual(expect.arrayContaining(['jwt-private.pem', 'pepper.key', 'service-auth.token']));
    for (const [service, ...own] of [
      ['credits', 'receipts.key'],
      ['messaging-gateway'],
      ['signaling', 'turn.secret'],
    ]) {
      const secrets = ['jwt-public.pem', `service-${service}.token`, 'service-tokens.json', ...own];
      expect(secretsOf(service!)).toEqual(secrets.sort());
    }
    expect(secretsOf('admin')).toEqual([
      'admin-bootstrap.token',
      'jwt-public.pem',
      'service-admin.token',
      'service-tokens.json',
    ]);
  });

  it('serves the page at both doors with a policy that allows no foreign script, and https by its own certificate', async () => {
    const page = await fetch(`${project.httpUrl}/`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(await page.text()).toContain('<sc-shell ngCspNonce=');
    const ca = docker('exec', project.containers('nginx')[0]!.Id, 'cat', '/door/tls/certificate.pem');
    const status = await new Promise((done, fail) => {
      request(`${project.httpsUrl}/`, { ca, agent: false }, (answer) => done(answer.resume().statusCode))
        .once('error', fail)
        .end();
    });
    expect(status).toBe(200);
  });

  it('shows nothing of the inside', async () => {
    for (const path of ['/internal/users/lookup', '/metrics', '/health/ready']) {
      expect((await fetch(project.httpUrl + path)).status).toBe(404);
    }
    for (const { Id } of project.containers('auth')) expect(docker('port', Id)).toBe('');
  });

  it.each(['websocket', 'polling'] as const)(
    'reaches all replicas by %s alone, and one key always reaches the same',
    async (transport) => {
      const seen = new Map<string, string>();
      for (let n = 0; n < 40 && new Set(seen.values()).size < GATEWAYS; n++) {
        const key = `${transport}-${n}`;
        const { socket, replicaId } = await connect(key, transport);
        expect(socket.io.engine.transport.name).toBe(transport);
        seen.set(key, replicaId);
      }
      expect(new Set(seen.values()).size).toBe(GATEWAYS);
      for (const [key, replicaId] of seen) expect((await connect(key, transport)).replicaId).toBe(replicaId);
    },
  );

  it('brings messages from one replica to another, both ways', async () => {
    for (let n = 0; n < 30 && (await bob.connected()) === (await alice.connected()); n++) bob = await again(bob);
    expect(await bob.connected()).not.toBe(await alice.connected());
    await alice.say(bob.username, 'from one replica');
    await bob.reads(alice.username, 'from one replica');
    await bob.say(alice.username, 'to another');
    await alice.reads(bob.username, 'to another');
  });

  it('goes on when the replica of alice is killed, and takes it back', async () => {
    const { Id } = gatewayOf(await alice.connected());
    docker('kill', Id);
    await alice.say(bob.username, 'my replica is gone');
    await bob.reads(alice.username, 'my replica is gone');
    expect(gatewayOf(await alice.connected()).Id).not.toBe(Id);
    docker('start', Id);
    await project.untilWell(60_000);
    const servers = () =>
      docker('exec', project.containers('nginx')[0]!.Id, 'cat', '/run/door/live/servers/messaging-gateway.conf');
    await eventually(servers, (lines) => lines.trim().split('\n').length === GATEWAYS);
  });

  it('keeps data, sessions and secrets when everything is taken down and brought up again', async () => {
    const secret = () => docker('exec', project.containers('auth')[0]!.Id, 'cat', '/secrets/refresh.key');
    const before = secret();
    await project.run('down', '--timeout', '15');
    await project.run('up', '-d', '--scale', `messaging-gateway=${GATEWAYS}`);
    await project.untilWell(120_000);
    expect(secret()).toBe(before);

    alice = await again(alice);
    const elsewhere = somebody(bob.username, place, { password: bob.password });
    await elsewhere.logIn();
    expect(await elsewhere.words(alice.username)).toEqual(['from one replica', 'to another', 'my replica is gone']);
    await alice.say(bob.username, 'after the restart');
    await elsewhere.reads(alice.username, 'after the restart');
    expect([...alice.alarms, ...elsewhere.alarms]).toEqual([]);
  });
});
