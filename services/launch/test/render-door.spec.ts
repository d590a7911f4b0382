import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fillIn, renderDoor, serverLine, writeLive, type DoorPlan } from '../src/door/render-door.js';
import { planProcesses, portsNeeded, SERVICES, type Service } from '../src/process-table.js';
import { replicaEnvironment } from '../src/replica-environment.js';

const REPOSITORY = resolve(__dirname, '../../..');
const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');
const servers = Object.fromEntries(SERVICES.map((service) => [service, []])) as unknown as Record<Service, string[]>;

describe('the door’s configuration', () => {
  let dir: string;
  const plan = (): DoorPlan => ({
    templatesDir: join(REPOSITORY, 'nginx/door'),
    outputDir: join(dir, 'out'),
    confDir: '/door/conf',
    liveDir: '/run/live',
    runDir: '/run/door',
    webRoot: '/srv/web app',
    certificate: '/tls/certificate.pem',
    privateKey: '/tls/private-key.pem',
    listenHttp: ['127.0.0.1:8080', '[::1]:8080'],
    listenHttps: ['8443'],
    publicHttpPort: 8080,
    origins: ['http://localhost:8080', 'https://localhost:8443', 'https://chat.example', 'https://192.168.1.5:8443'],
    relayHosts: ['203.0.113.5', 'relay.example'],
    trustedProxies: ['10.0.0.0/8'],
    logLevel: 'alert',
  });
  const written = (name: string): string => readFileSync(join(dir, 'out', name), 'utf8');

  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sc-render-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('has every template filled in, and no name left', () => {
    renderDoor(plan());
    expect(readdirSync(join(dir, 'out')).sort()).toEqual(readdirSync(join(REPOSITORY, 'nginx/door')).sort());
    for (const name of readdirSync(join(dir, 'out'))) expect(written(name)).not.toContain('${');
  });

  it('knows the hosts of the origins, and sends those that have https only to it', () => {
    renderDoor(plan());
    for (const host of ['localhost:8080', 'localhost:8443', 'chat.example', '192.168.1.5:8443'])
      expect(written('maps.conf')).toContain(`"${host}" 1;`);
    expect(written('maps.conf')).toContain('"http:chat.example:8080" https://chat.example;');
    expect(written('maps.conf')).toContain('"http:192.168.1.5:8080" https://192.168.1.5:8443;');
    expect(written('maps.conf')).not.toContain('"http:localhost');
  });

  it('leaves the port out of a host where the browser does', () => {
    renderDoor({ ...plan(), publicHttpPort: 80 });
    expect(written('maps.conf')).toContain('"http:chat.example" https://chat.example;');
  });

  it('believes forwarded addresses from the named proxies only', () => {
    renderDoor(plan());
    expect(written('nginx.conf')).toContain('set_real_ip_from 10.0.0.0/8;');
    renderDoor({ ...plan(), trustedProxies: [] });
    expect(written('nginx.conf')).not.toContain('real_ip');
  });

  it.each(['/srv/"web', '/srv/$web', '/srv/web\\', '/srv/we\nb'])(
    'refuses a path that would end its string or name a variable: %j',
    (webRoot) => {
      expect(() => renderDoor({ ...plan(), webRoot })).toThrow('cannot be given the path');
    },
  );

  it('refuses a proxy that is no address', () => {
    expect(() => renderDoor({ ...plan(), trustedProxies: ['1.2.3.4; allow all'] })).toThrow('is not an address');
    expect(() => renderDoor({ ...plan(), relayHosts: ["'; allow all"] })).toThrow('is not a host');
  });

  it('refuses a template that names what nobody knows', () => {
    expect(() => fillIn('root ${NOWHERE};', {})).toThrow('NOWHERE');
    expect(fillIn('set $host ${A};', { A: '$1' })).toBe('set $host $1;');
  });

  it.each([
    [[1, 18, 0], ''],
    [[1, 22, 1], ''],
    [[1, 25, 0], ''],
    [[1, 25, 1], 'http2 on;\n'],
    [[1, 28, 0], 'http2 on;\n'],
    [[2, 0, 0], 'http2 on;\n'],
  ])('speaks HTTP/2 where nginx has a directive for it: %j', (version, expected) => {
    writeLive(join(dir, 'live'), servers, version);
    expect(readFileSync(join(dir, 'live/http2.conf'), 'utf8')).toBe(expected);
  });
});

describe('what is written in two places', () => {
  it('is the same list of services in the container that follows replicas', () => {
    const script = read('nginx/follow-replicas.sh');
    expect(/^services='(.+)'$/m.exec(script)?.[1]?.split(' ').sort()).toEqual([...SERVICES].sort());
    expect(script).toContain(serverLine('$address', 7000).replace('7000', '$port'));
  });

  it('is the same environment in docker-compose.yml and the images as in the process table', () => {
    const ports = Array.from({ length: portsNeeded({}) }, (_, index) => index + 1);
    const table = planProcesses('/', '/', {}, ports);
    const common = { redisUrl: '', secretsDir: '', publicOrigins: [], logLevel: '' };
    const elsewhere = read('docker-compose.yml') + read('services/Dockerfile');
    for (const name of Object.keys(replicaEnvironment(table.replicas[0]!, table, common)))
      expect(elsewhere).toMatch(new RegExp(`\\b${name}[=:]`));
  });

  it('is the same first stages in both Dockerfiles, so that a builder makes them once', () => {
    const stages = (path: string): string => {
      const text = read(path);
      return text.slice(text.indexOf('FROM '), text.indexOf('FROM packages AS build'));
    };
    const commands = (text: string): string[] =>
      text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(commands(stages('nginx/Dockerfile'))).toEqual(commands(stages('services/Dockerfile')));
  });

  it('is the same root element in the page and in the filter that gives it a nonce', () => {
    const element = /sub_filter "<([a-z-]+)"/.exec(read('nginx/door/routes.conf'))?.[1];
    expect(read('web/src/index.html')).toContain(`<${element}>`);
  });
});
