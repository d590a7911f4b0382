import { hostname, networkInterfaces } from 'node:os';

/** Bridges and pairs that container engines and virtual machines make: nobody calls on them from outside. */
const VIRTUAL = /^(docker|br-|veth|virbr|cni|flannel|lxc|lxd|vmnet)/;

/** This machine's IPv4 addresses in its networks, in the order of the interfaces. */
export function lanAddresses(interfaces = networkInterfaces()): string[] {
  return Object.entries(interfaces)
    .filter(([name]) => !VIRTUAL.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter((address) => address.family === 'IPv4' && !address.internal && !address.address.startsWith('169.254.'))
    .map((address) => address.address);
}

/** Names and addresses by which a browser may call this machine; the TLS certificate names them all. */
export function machineNames(): string[] {
  const own = hostname().toLowerCase();
  const names = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*$/.test(own) ? [own] : [];
  return [...new Set(['localhost', ...names, '127.0.0.1', '::1', ...lanAddresses()])];
}

/** The origins of the pages: http on this machine only, because browsers give Web Crypto to secure contexts alone; https everywhere. */
export function localOrigins(httpPort: number, httpsPort: number): string[] {
  const plain = ['localhost', '127.0.0.1'].map((host) => new URL(`http://${host}:${httpPort}`).origin);
  const hosts = machineNames().filter((name) => !name.includes(':'));
  return [...plain, ...hosts.map((host) => new URL(`https://${host}:${httpsPort}`).origin)];
}
