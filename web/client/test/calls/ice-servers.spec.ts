import { ICE_URLS_MAX, RelayHosts, trustedServers } from '../../src/calls/ice-servers.js';

const HOSTS = ['chat.example.org', '203.0.113.5', '[2001:db8::7]'];
const urlsOf = (urls: string[], relayOnly = false) =>
  trustedServers([{ urls, username: '1:x', credential: 'c' }], HOSTS, relayOnly).flatMap((server) => server.urls);

describe('the servers that help a call', () => {
  it.each([
    'stun:203.0.113.5:3478',
    'turn:203.0.113.5:3478?transport=udp',
    'turns:chat.example.org:443?transport=tcp',
    'turn:CHAT.example.org',
    'stun:[2001:db8::7]:3478',
  ])('%s is on a host of the operator’s, and is used', (url) => {
    expect(urlsOf([url])).toEqual([url]);
  });

  it.each([
    'turn:relay.evil.example:3478',
    'stun:203.0.113.50:3478',
    'turn:chat.example.org.evil.example',
    'turn:evil.example?host=chat.example.org',
    'turn:chat.example.org@evil.example',
    'turn://chat.example.org',
    'http://chat.example.org',
    'turn:chat.example.org:3478?transport=quic',
    'turn:chat.example.org\nturn:evil.example',
    '',
  ])('[T-90] %j is on none, or is no address of such a server, and is left out', (url) => {
    expect(urlsOf([url])).toEqual([]);
  });

  it('[T-90] of a call through relays are relays alone: no other server sees the own address', () => {
    const urls = ['stun:203.0.113.5:3478', 'stuns:203.0.113.5', 'turn:203.0.113.5:3478'];
    expect(urlsOf(urls, true)).toEqual(['turn:203.0.113.5:3478']);
    expect(urlsOf(urls)).toEqual(urls);
  });

  it('[T-90] are few, however many are named', () => {
    const urls = Array.from({ length: 6 }, (_, port) => `turn:203.0.113.5:${3000 + port}`);
    const trusted = trustedServers([{ urls }, { urls }, { urls }], HOSTS, false);
    expect(trusted.map((server) => server.urls.length)).toEqual([6, 2]);
    expect(ICE_URLS_MAX).toBe(8);
  });

  it('keep their credentials', () => {
    const server = { urls: ['turn:203.0.113.5'], username: '1:x', credential: 'c' };
    expect(trustedServers([server], HOSTS, true)).toEqual([server]);
  });

  it('are none where the operator names no host', () => {
    expect(trustedServers([{ urls: ['turn:203.0.113.5'] }], [], false)).toEqual([]);
    expect(RelayHosts.safeParse(Array.from({ length: 9 }, () => 'a')).success).toBe(false);
    expect(RelayHosts.safeParse([7]).success).toBe(false);
  });
});
