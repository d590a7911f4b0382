import { relayHosts, relayUrls, renderRelayConfig } from '../src/relay/relay-config.js';

const PLACE = { address: '203.0.113.5', port: 3478, relayPorts: [49_160, 49_359] } as const;
const lines = renderRelayConfig(PLACE, 'secret-text').split('\n');
const valuesOf = (name: string) =>
  lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.split('=')[1]);

/** Whether a range of IPv4 addresses has an address in it. */
function covers(range: string, address: string): boolean {
  const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const [first, last] = range.split('-') as [string, string];
  return !range.includes(':') && number(first) <= number(address) && number(address) <= number(last);
}

describe('the relay', () => {
  it('takes credentials that live for minutes, and no others', () => {
    expect(lines).toContain('use-auth-secret');
    expect(valuesOf('static-auth-secret')).toEqual(['secret-text']);
    for (const open of ['no-auth', 'user=', 'lt-cred-mech'])
      expect(lines.some((line) => line.startsWith(open))).toBe(false);
  });

  it('leads into no private network, and not to its own machine', () => {
    const denied = valuesOf('denied-peer-ip') as string[];
    for (const address of [
      '127.0.0.1',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.254',
      '192.168.1.1',
      '169.254.169.254',
      '0.0.0.0',
    ]) {
      expect({ address, denied: denied.some((range) => covers(range, address)) }).toEqual({ address, denied: true });
    }
    for (const address of ['8.8.8.8', '172.32.0.1', '203.0.113.5', '11.0.0.1']) {
      expect({ address, denied: denied.some((range) => covers(range, address)) }).toEqual({ address, denied: false });
    }
    for (const range of ['::-::1', 'fc00::', 'fe80::']) expect(denied.some((one) => one.startsWith(range))).toBe(true);
    expect(valuesOf('allowed-peer-ip')).toEqual([PLACE.address]);
    expect(lines).toContain('no-multicast-peers');
    expect(lines).toContain('no-cli');
  });

  it('has room for the links of a call of eight, and no more', () => {
    expect(valuesOf('user-quota')).toEqual(['28']);
    expect(valuesOf('total-quota')).toEqual(['200']);
    expect(Number(valuesOf('max-bps')[0])).toBeGreaterThan(10_000);
  });

  it('writes down nobody', () => {
    expect(valuesOf('log-file')).toEqual(['/dev/null']);
    expect(lines).toContain('no-stdout-log');
  });

  it('is one of the hosts that the app may ask, with those of the operator’s addresses', () => {
    const urls = [
      'stun:relay.example:3478',
      'turns:relay.example',
      'turn:[2001:db8::7]:3478?transport=udp',
      'http://x',
    ];
    expect(relayHosts(PLACE, urls)).toEqual(['203.0.113.5', 'relay.example', '[2001:db8::7]']);
    expect(relayHosts(undefined, [])).toEqual([]);
  });

  it('is known to devices by addresses of its own', () => {
    expect(relayUrls(PLACE)).toEqual({
      stun: 'stun:203.0.113.5:3478',
      turn: 'turn:203.0.113.5:3478?transport=udp,turn:203.0.113.5:3478?transport=tcp',
    });
  });
});
