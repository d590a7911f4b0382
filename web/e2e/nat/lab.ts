import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Two homes, each behind a NAT of its own, and a public segment, in network namespaces of this machine: nothing in them reaches anything else.
 *
 *   a 192.168.11.2 --- nat-a 100.20.30.1 --\
 *                                           wire --- pub 100.20.30.10 (the whole product, and its relay)
 *   b 192.168.12.2 --- nat-b 100.20.30.2 --/
 *
 * Needs root, iproute2, nftables and Python 3. `wire` has a bridge for each home, which `spoil` replaces with a bad cable.
 */

export type Home = 'a' | 'b';
/** `cone`: one public port for one inner port. `symmetric`: another one for each peer, so that no hole can be punched. */
export type NatKind = 'cone' | 'symmetric';

/** The public address of the product. */
export const PUBLIC = '100.20.30.10';
const NUMBERS = { a: 1, b: 2 } as const;
const NAMESPACES = ['pub', 'wire', 'nat-a', 'nat-b', 'a', 'b'] as const;
const cables = new Map<Home, ChildProcess>();

const lab = () => process.env.NAT_LAB ?? `sc${process.pid}`;
const named = (namespace: string) => `${lab()}-${namespace}`;
const ip = (...words: string[]) => execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
const ipIn = (namespace: string, words: string) => ip('-n', named(namespace), ...words.split(' '));

/** How something is started in a namespace. */
export function within(namespace: string, ...command: string[]): [string, string[]] {
  return ['nsenter', [`--net=/run/netns/${named(namespace)}`, '--', ...command]];
}

const runIn = (namespace: string, ...command: string[]) => execFileSync(...within(namespace, ...command));

function pair(left: string, leftName: string, right: string, rightName: string): void {
  ip(
    ...`link add name ${leftName} netns ${named(left)} type veth peer name ${rightName} netns ${named(right)}`.split(
      ' ',
    ),
  );
  ipIn(left, `link set ${leftName} up`);
  ipIn(right, `link set ${rightName} up`);
}

export function up(): void {
  for (const namespace of NAMESPACES) {
    ip('netns', 'add', named(namespace));
    ipIn(namespace, 'link set lo up');
    runIn(namespace, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1');
  }
  ipIn('pub', 'link add br0 type bridge');
  ipIn('pub', `addr add ${PUBLIC}/24 dev br0`);
  ipIn('pub', 'link set br0 up');
  // a router that swallows everything: what a relay is asked to send to a private address vanishes, as it does out there
  ipIn('pub', 'neigh add 100.20.30.254 lladdr 02:00:00:00:00:fe dev br0 nud permanent');
  ipIn('pub', 'route add default via 100.20.30.254 dev br0');
  for (const home of ['a', 'b'] as const) {
    const [nat, number] = [`nat-${home}`, NUMBERS[home]];
    pair(home, 'eth0', nat, 'lan');
    ipIn(home, `addr add 192.168.1${number}.2/24 dev eth0`);
    ipIn(home, `route add default via 192.168.1${number}.1`);
    ipIn(nat, `addr add 192.168.1${number}.1/24 dev lan`);
    pair(nat, 'wan', 'wire', `${home}0`);
    ipIn(nat, `addr add 100.20.30.${number}/24 dev wan`);
    runIn(nat, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
    pair('wire', `${home}1`, 'pub', `p${home}`);
    ipIn('pub', `link set p${home} master br0`);
    ipIn('wire', `link add br${home} type bridge`);
    ipIn('wire', `link set br${home} up`);
    plug(home);
    useNat(home, 'cone');
  }
}

export function down(): void {
  for (const home of cables.keys()) mend(home);
  for (const namespace of NAMESPACES) {
    try {
      ip('netns', 'del', named(namespace));
    } catch {
      // it was never made
    }
  }
}

/** Changes a home's NAT; what it had let through is forgotten. */
export function useNat(home: Home, kind: NatKind): void {
  const masquerade = kind === 'symmetric' ? 'masquerade fully-random' : 'masquerade';
  // Unasked packets are dropped at the door: one that got as far as the router itself would take the port that the home's own answer needs.
  const rules = `flush ruleset
table ip home {
  chain outer { type nat hook postrouting priority srcnat; oifname "wan" ${masquerade}; }
  chain door { type filter hook input priority filter; iifname "wan" ct state established,related accept; iifname "wan" drop; }
  chain through { type filter hook forward priority filter; policy drop; ct state established,related accept; iifname "lan" oifname "wan" accept; }
}
`;
  execFileSync(...within(`nat-${home}`, 'nft', '-f', '-'), { input: rules });
  unplugCable(home);
  plugCable(home);
}

/** The home's line is down. */
export function unplugCable(home: Home): void {
  ipIn(`nat-${home}`, 'link set wan down');
}

export function plugCable(home: Home): void {
  ipIn(`nat-${home}`, 'link set wan up');
}

/** Bytes that have gone through an interface, both ways. */
function bytesOf(namespace: string, device: string): number {
  const [link] = JSON.parse(
    String(execFileSync('ip', ['-n', named(namespace), '-j', '-s', 'link', 'show', device])),
  ) as readonly [{ readonly stats64: Readonly<Record<'rx' | 'tx', { readonly bytes: number }>> }];
  return link.stats64.rx.bytes + link.stats64.tx.bytes;
}

/**
 * What has gone through a home's line, and what through everything that the product runs: between the homes the public segment is a bridge, which
 * counts for itself only what is for the machine it is on.
 */
export function bytesSoFar(home: Home): { readonly line: number; readonly services: number } {
  return { line: bytesOf(home, 'eth0'), services: bytesOf('pub', 'br0') };
}

/** The home's line loses so many of a hundred packets, and takes so much longer, each way. */
export async function spoil(home: Home, lossPercent: number, delayMs: number): Promise<void> {
  mend(home);
  for (const end of [0, 1]) ipIn('wire', `link set ${home}${end} nomaster`);
  const script = fileURLToPath(new URL('wire.py', import.meta.url));
  const [command, words] = within(
    'wire',
    'python3',
    script,
    `${home}0`,
    `${home}1`,
    String(lossPercent),
    String(delayMs),
  );
  const cable = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  cables.set(home, cable);
  await new Promise<void>((resolve, reject) => {
    cable.stdout.once('data', () => resolve());
    cable.once('exit', () => reject(new Error('the cable does not start')));
  });
}

export function mend(home: Home): void {
  const cable = cables.get(home);
  if (cable === undefined) return;
  cables.delete(home);
  cable.removeAllListeners('exit');
  cable.kill();
  plug(home);
}

function plug(home: Home): void {
  for (const end of [0, 1]) ipIn('wire', `link set ${home}${end} master br${home}`);
}

/** A browser's program that runs at a home, to be started from anywhere. */
export function browserAt(home: Home, folder: string, program: string): string {
  const file = join(folder, `chromium-${home}`);
  const [command, words] = within(home, program);
  writeFileSync(file, `#!/bin/sh\nexec ${command} ${words.join(' ')} "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}
