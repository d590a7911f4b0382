import { networkInterfaces } from 'node:os';
import { localOrigins, machineNames } from './origins.js';
import { findWebRoot, type StackSettings } from './prepare-stack.js';
import { portsNeeded } from './process-table.js';
import type { Settings } from './settings.js';

/** The stack that `npm start` and `ecosystem.config.cjs` run, as the operator's settings want it. */
export function stackSettings(settings: Settings, repository: string): StackSettings {
  const counts = { 'messaging-gateway': settings.gateways, signaling: settings.signalings };
  const { httpPort, httpsPort } = settings;
  const listen = (hosts: readonly string[], port: number): string[] => hosts.map((host) => `${host}:${port}`);
  const anyAddress = hasIpv6() ? ['0.0.0.0', '[::]'] : ['0.0.0.0'];
  return {
    repository,
    dataDir: settings.dataDir,
    counts,
    ports: Array.from({ length: portsNeeded(counts) }, (_, index) => settings.basePort + index),
    relay: settings.relay,
    redisUrl: settings.redisUrl,
    origins: [...new Set([...localOrigins(httpPort, httpsPort), ...settings.publicOrigins])],
    logLevel: settings.logLevel,
    door: {
      webRoot: findWebRoot(repository),
      httpPort,
      listenHttp: listen(settings.httpListen.length > 0 ? settings.httpListen : loopback(), httpPort),
      listenHttps: listen(anyAddress, httpsPort),
      certificate: settings.certificate ?? certificateNames(settings),
      relayHosts: settings.relayHosts,
      trustedProxies: settings.trustedProxies,
      logLevel: settings.doorLogLevel,
    },
  };
}

function certificateNames(settings: Settings): string[] {
  const own = settings.publicOrigins.map((origin) => new URL(origin).hostname.replace(/^\[|\]$/g, ''));
  return [...new Set([...machineNames(), ...own])];
}

function loopback(): string[] {
  return hasIpv6() ? ['127.0.0.1', '[::1]'] : ['127.0.0.1'];
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ family }) => family === 'IPv6'));
}
