import { createServer, type AddressInfo, type Server } from 'node:net';
import { type networkInterfaces } from 'node:os';
import { lanAddresses, localOrigins } from '../src/origins.js';
import { isPortFree, portHolder } from '../src/ports.js';

describe('a port', () => {
  let server: Server;
  let port: number;

  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => server.close());

  it('is not free while somebody listens, and is afterwards', async () => {
    expect(await isPortFree(port, '127.0.0.1')).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await isPortFree(port, '127.0.0.1')).toBe(true);
  });

  it('counts as free on an address that this machine has not', async () => {
    expect(await isPortFree(port, '203.0.113.1')).toBe(true);
  });

  (process.platform === 'linux' ? it : it.skip)('is known to be held by this very process', () => {
    expect(portHolder(port)).toMatch(new RegExp(`^\\S+.* \\(process ${process.pid}\\)$`));
  });

  it('is held by nobody when nobody listens', async () => {
    await new Promise((resolve) => server.close(resolve));
    expect(portHolder(port)).toBeUndefined();
  });
});

describe('this machine’s addresses', () => {
  const address = (text: string, internal = false) =>
    ({ address: text, family: 'IPv4', internal }) as NonNullable<ReturnType<typeof networkInterfaces>[string]>[number];

  it('leave out the loopback, bridges of containers and addresses without a network', () => {
    const interfaces = {
      lo: [address('127.0.0.1', true)],
      eth0: [address('192.168.1.20')],
      docker0: [address('172.17.0.1')],
      'br-1a2b': [address('172.18.0.1')],
      wlan0: [address('169.254.3.4'), address('10.0.0.7')],
    };
    expect(lanAddresses(interfaces)).toEqual(['192.168.1.20', '10.0.0.7']);
  });

  it('are origins by https only; http is for this machine', () => {
    const plain = localOrigins(8080, 8443).filter((origin) => origin.startsWith('http:'));
    expect(plain).toEqual(['http://localhost:8080', 'http://127.0.0.1:8080']);
    expect(localOrigins(80, 443)).toEqual(expect.arrayContaining(['http://localhost', 'https://localhost']));
  });
});
