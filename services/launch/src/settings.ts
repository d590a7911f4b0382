import { isIPv4 } from 'node:net';
import { resolve } from 'node:path';
import { LaunchFailure } from './launch-failure.js';
import { relayHosts, type RelayPlace } from './relay/relay-config.js';

/** What an operator may set; `nginx/README.md` lists the variables. */
export interface Settings {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** First of the ports on the loopback that the processes take in a row. */
  readonly basePort: number;
  /** Where http listens; the loopback unless set. */
  readonly httpListen: readonly string[];
  /** Where the relay of calls runs on this machine; without it none does. */
  readonly relay: RelayPlace | undefined;
  /** On which hosts the servers stand that help calls; the app asks no others. */
  readonly relayHosts: readonly string[];
  /** A Redis of the operator's; without it a private one runs. */
  readonly redisUrl: string | undefined;
  readonly gateways: number;
  readonly signalings: number;
  /** Origins besides this machine's own names. */
  readonly publicOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  /** A certificate of the operator's, instead of the self-signed one. */
  readonly certificate: { readonly certificate: string; readonly privateKey: string } | undefined;
  readonly logLevel: string;
  readonly doorLogLevel: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the settings. @throws LaunchFailure naming the variable that is wrong */
export function readSettings(variables: Variables, repository: string): Settings {
  const text = (name: string): string | undefined => nonEmpty(variables[name]?.trim());
  const list = (name: string): string[] =>
    (text(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  const number = (name: string, fallback: number, least: number, most: number): number => {
    const value = Number(text(name) ?? fallback);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new LaunchFailure(`${name} must be a whole number from ${least} to ${most}, not "${text(name)}".`);
  };
  const choice = (name: string, fallback: string, words: readonly string[]): string => {
    const value = text(name) ?? fallback;
    if (words.includes(value)) return value;
    throw new LaunchFailure(`${name} must be one of ${words.join(', ')}, not "${value}".`);
  };
  const relay = relayAt(text('SECURECONNECT_TURN_ADDRESS'), number('SECURECONNECT_TURN_PORT', 3478, 1, 65_535));
  return {
    dataDir: resolve(repository, text('SECURECONNECT_DATA') ?? 'data'),
    httpPort: number('SECURECONNECT_HTTP_PORT', 8080, 1, 65_535),
    httpsPort: number('SECURECONNECT_HTTPS_PORT', 8443, 1, 65_535),
    basePort: number('SECURECONNECT_BASE_PORT', 7400, 1024, 65_000),
    httpListen: list('SECURECONNECT_HTTP_LISTEN'),
    relay,
    relayHosts: relayHosts(relay, [...list('STUN_URLS'), ...list('TURN_URLS')]),
    redisUrl: text('REDIS_URL'),
    gateways: number('SECURECONNECT_GATEWAYS', 2, 1, 64),
    signalings: number('SECURECONNECT_SIGNALINGS', 2, 1, 64),
    publicOrigins: list('SECURECONNECT_PUBLIC_ORIGINS').map(originOf),
    trustedProxies: list('SECURECONNECT_TRUSTED_PROXIES').map(addressOf),
    certificate: certificateOf(text('SECURECONNECT_TLS_CERTIFICATE'), text('SECURECONNECT_TLS_PRIVATE_KEY')),
    logLevel: choice('SECURECONNECT_LOG_LEVEL', 'info', ['debug', 'info', 'warn', 'error', 'silent']),
    doorLogLevel: choice('SECURECONNECT_NGINX_LOG_LEVEL', 'alert', [
      'debug',
      'info',
      'notice',
      'warn',
      'error',
      'crit',
      'alert',
      'emerg',
    ]),
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '')) return url.origin;
  throw new LaunchFailure(
    `SECURECONNECT_PUBLIC_ORIGINS must list origins such as https://chat.example.org, not "${text}".`,
  );
}

function relayAt(address: string | undefined, port: number): Settings['relay'] {
  if (address === undefined) return undefined;
  if (isIPv4(address)) return { address, port, relayPorts: [49_160, 49_359] };
  throw new LaunchFailure(`SECURECONNECT_TURN_ADDRESS must be an IPv4 address, not "${address}".`);
}

function addressOf(text: string): string {
  if (/^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(text)) return text;
  throw new LaunchFailure(
    `SECURECONNECT_TRUSTED_PROXIES must list addresses or ranges such as 10.0.0.0/8, not "${text}".`,
  );
}

function certificateOf(certificate: string | undefined, privateKey: string | undefined): Settings['certificate'] {
  if (certificate === undefined && privateKey === undefined) return undefined;
  if (certificate !== undefined && privateKey !== undefined) {
    return { certificate: resolve(certificate), privateKey: resolve(privateKey) };
  }
  throw new LaunchFailure(
    'SECURECONNECT_TLS_CERTIFICATE and SECURECONNECT_TLS_PRIVATE_KEY must be set together, or neither.',
  );
}
