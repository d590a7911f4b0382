import { LaunchFailure } from '../src/launch-failure.js';
import { readSettings } from '../src/settings.js';

const read = (variables: Record<string, string>) => readSettings(variables, '/project');

describe('settings', () => {
  it('have defaults that need nothing', () => {
    expect(read({})).toMatchObject({
      dataDir: '/project/data',
      httpPort: 8080,
      httpsPort: 8443,
      gateways: 2,
      signalings: 2,
      redisUrl: undefined,
      relay: undefined,
      certificate: undefined,
    });
  });

  it('take an empty variable for a missing one', () => {
    expect(read({ SECURECONNECT_HTTP_PORT: '', REDIS_URL: ' ' })).toMatchObject({
      httpPort: 8080,
      redisUrl: undefined,
    });
  });

  it('take a data folder relative to the project', () => {
    expect(read({ SECURECONNECT_DATA: 'elsewhere' }).dataDir).toBe('/project/elsewhere');
    expect(read({ SECURECONNECT_DATA: '/srv/sc' }).dataDir).toBe('/srv/sc');
  });

  it('read lists with blanks in them', () => {
    expect(read({ SECURECONNECT_PUBLIC_ORIGINS: 'https://a.example, https://b.example:8443/,' }).publicOrigins).toEqual(
      ['https://a.example', 'https://b.example:8443'],
    );
  });

  it.each([
    ['SECURECONNECT_TURN_ADDRESS', 'relay.example'],
    ['SECURECONNECT_TURN_ADDRESS', '203.0.113.5 no-auth'],
    ['SECURECONNECT_TURN_PORT', '0'],
    ['SECURECONNECT_HTTP_PORT', '0'],
    ['SECURECONNECT_HTTP_PORT', '65536'],
    ['SECURECONNECT_HTTPS_PORT', 'https'],
    ['SECURECONNECT_BASE_PORT', '80'],
    ['SECURECONNECT_GATEWAYS', '0'],
    ['SECURECONNECT_GATEWAYS', '1.5'],
    ['SECURECONNECT_LOG_LEVEL', 'loud'],
    ['SECURECONNECT_NGINX_LOG_LEVEL', 'info; include /etc/passwd'],
    ['SECURECONNECT_PUBLIC_ORIGINS', 'chat.example.org'],
    ['SECURECONNECT_PUBLIC_ORIGINS', 'https://chat.example.org/path'],
    ['SECURECONNECT_PUBLIC_ORIGINS', 'ftp://chat.example.org'],
    ['SECURECONNECT_PUBLIC_ORIGINS', 'https://a.example" 1; }'],
    ['SECURECONNECT_TRUSTED_PROXIES', '10.0.0.0/8; deny all'],
    ['SECURECONNECT_TRUSTED_PROXIES', 'proxy.example'],
  ])('refuse %s=%s in one sentence that names it', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(LaunchFailure);
    expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name} .*\\.$`));
  });

  it('refuse half a certificate', () => {
    expect(() => read({ SECURECONNECT_TLS_CERTIFICATE: '/etc/tls/chat.pem' })).toThrow('must be set together');
  });
});
