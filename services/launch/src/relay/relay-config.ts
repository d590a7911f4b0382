/** People in one call, at most (`CALL_MEMBERS_MAX` of the contracts). */
const CALL_MEMBERS = 8;
/** A device asks for an allocation over UDP and one over TCP for each link, and for both again while the link is restarted. */
const ALLOCATIONS_PER_LINK = 4;
/** Bytes a second of one allocation and direction: several times what a voice takes. */
const BYTES_PER_SECOND = 24_000;

/** Where nobody is to be reached through the relay: this machine, private networks, and what is no single host (RFC 6890). */
const DENIED = [
  '0.0.0.0-0.255.255.255',
  '10.0.0.0-10.255.255.255',
  '100.64.0.0-100.127.255.255',
  '127.0.0.0-127.255.255.255',
  '169.254.0.0-169.254.255.255',
  '172.16.0.0-172.31.255.255',
  '192.0.0.0-192.0.0.255',
  '192.168.0.0-192.168.255.255',
  '198.18.0.0-198.19.255.255',
  '224.0.0.0-255.255.255.255',
  '::-::1',
  '64:ff9b::-64:ff9b::ffff:ffff',
  'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
];

export interface RelayPlace {
  /** IPv4 address under which people reach it: its own, or the one that its NAT has. */
  readonly address: string;
  readonly port: number;
  /** Ports from which it sends on, both included. */
  readonly relayPorts: readonly [number, number];
}

/** What signaling tells devices. */
export function relayUrls({ address, port }: RelayPlace): { readonly stun: string; readonly turn: string } {
  const turn = ['udp', 'tcp'].map((transport) => `turn:${address}:${port}?transport=${transport}`).join(',');
  return { stun: `stun:${address}:${port}`, turn };
}

/** On which hosts the servers stand that signaling may name: the relay's own, and those of `STUN_URLS` and `TURN_URLS`. */
export function relayHosts(place: RelayPlace | undefined, urls: readonly string[]): readonly string[] {
  const hosts = urls.map((url) => /^(?:stun|turn)s?:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)/.exec(url)?.[1]);
  return [...new Set([place?.address, ...hosts].filter((host) => host !== undefined))];
}

/**
 * Configuration of coturn's `turnserver`: short-lived credentials by `secret` alone, no peer in a private network (coturn #1407), and no more
 * allocations for a device in a call than its links need. Its own address is let through: two devices that both use the relay meet there.
 */
export function renderRelayConfig(place: RelayPlace, secret: string): string {
  const [first, last] = place.relayPorts;
  const lines = [
    `listening-port=${place.port}`,
    `external-ip=${place.address}`,
    `min-port=${first}`,
    `max-port=${last}`,
    'realm=secureconnect',
    'fingerprint',
    'use-auth-secret',
    `static-auth-secret=${secret}`,
    'stale-nonce=600',
    `user-quota=${(CALL_MEMBERS - 1) * ALLOCATIONS_PER_LINK}`,
    `total-quota=${last - first + 1}`,
    `max-bps=${BYTES_PER_SECOND}`,
    'no-tls',
    'no-dtls',
    'no-tcp-relay',
    'no-multicast-peers',
    'no-cli',
    `allowed-peer-ip=${place.address}`,
    ...DENIED.map((range) => `denied-peer-ip=${range}`),
    // It would write down who was connected with whom. Take this line away to find a fault, not for ever.
    'log-file=/dev/null',
    'no-stdout-log',
  ];
  return `${lines.join('\n')}\n`;
}
