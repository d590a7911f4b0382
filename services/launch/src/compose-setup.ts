import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepCertificate } from './certificate/keep-certificate.js';
import { renderDoor } from './door/render-door.js';
import { LaunchFailure } from './launch-failure.js';
import { renderRelayConfig } from './relay/relay-config.js';
import { distributeSecrets, makeSecrets, readTurnSecret } from './secrets.js';
import { readSettings } from './settings.js';

// What docker compose runs once before everything else: secrets, certificate and the door's configuration, each into its volume.
// Doing it again keeps what is there.

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** Where `docker-compose.yml` mounts the volumes, here and in nginx's container. */
const SECRETS = '/volumes/secrets';
const RELAY = '/volumes/relay';
const DOOR = '/volumes/door';
const DOOR_IN_NGINX = '/door';

try {
  setUp();
} catch (error) {
  if (!(error instanceof LaunchFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function setUp(): void {
  const settings = readSettings(process.env, REPOSITORY);
  const origins = [
    ...['localhost', '127.0.0.1'].map((host) => new URL(`http://${host}:${settings.httpPort}`).origin),
    ...['localhost', '127.0.0.1'].map((host) => new URL(`https://${host}:${settings.httpsPort}`).origin),
    ...settings.publicOrigins,
  ];
  const names = [...new Set(origins.map((origin) => new URL(origin).hostname.replace(/^\[|\]$/g, '')))];
  makeSecrets(SECRETS);
  distributeSecrets(SECRETS, (service) => join('/volumes', `${service}-secrets`));
  if (settings.relay !== undefined) {
    const config = renderRelayConfig(settings.relay, readTurnSecret(SECRETS));
    writeFileSync(join(RELAY, 'turnserver.conf'), config, { mode: 0o600 });
  }
  mkdirSync(join(DOOR, 'conf'), { recursive: true });
  keepCertificate(join(DOOR, 'tls'), names, new Date());
  renderDoor({
    templatesDir: join(REPOSITORY, 'nginx', 'door'),
    outputDir: join(DOOR, 'conf'),
    confDir: join(DOOR_IN_NGINX, 'conf'),
    liveDir: '/run/door/live',
    runDir: '/run/door',
    webRoot: '/usr/share/secureconnect',
    certificate: join(DOOR_IN_NGINX, 'tls', 'certificate.pem'),
    privateKey: join(DOOR_IN_NGINX, 'tls', 'private-key.pem'),
    listenHttp: ['8080'],
    listenHttps: ['8443'],
    publicHttpPort: settings.httpPort,
    origins,
    relayHosts: settings.relayHosts,
    trustedProxies: settings.trustedProxies,
    logLevel: settings.doorLogLevel,
  });
}
