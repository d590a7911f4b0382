import { createHmac } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import type { Secret } from '../config/secret.js';

const LABEL = 'SecureConnect/1 address-mark\0';
const DAY_MS = 24 * 3_600_000;

/** `host`: an IPv4 address, or the /64 that an IPv6 host has for itself. `network`: the /24 or /56 around it. */
export type AddressScope = 'host' | 'network';

/**
 * Stands for an address where something is counted: HMAC-SHA256 under a key that changes every day, 16 bytes as base64url. Who reads
 * the counters without this service's secret learns no address, and nobody can follow one from day to day.
 */
export class AddressMarks {
  constructor(
    private readonly key: Secret,
    private readonly now: () => number = Date.now,
  ) {}

  /** @param daysAgo - the mark that the address had then */
  of(address: string, scope: AddressScope, daysAgo = 0): string {
    const day = Math.floor(this.now() / DAY_MS) - daysAgo;
    const dailyKey = createHmac('sha256', this.key.reveal()).update(LABEL).update(String(day)).digest();
    const mac = createHmac('sha256', dailyKey)
      .update(`${scope} ${prefixOf(address, scope)}`)
      .digest();
    return mac.subarray(0, 16).toString('base64url');
  }

  /** A name's mark, the same every day: what is counted for an account must not begin anew at midnight. */
  ofName(name: string): string {
    const mac = createHmac('sha256', this.key.reveal()).update(`${LABEL}name\0`).update(name).digest();
    return mac.subarray(0, 16).toString('base64url');
  }
}

/** The part of an address that counts, in one spelling; what is no address counts as one. */
export function prefixOf(address: string, scope: AddressScope): string {
  const plain = address.replace(/%.*$/, '').toLowerCase();
  const mapped = /^(?:0*:)*:?(?:0*:)*ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  const v4 = mapped ?? plain;
  if (isIPv4(v4)) return scope === 'host' ? v4 : v4.split('.').slice(0, 3).join('.');
  if (!isIPv6(plain)) return 'none';
  const groups = groupsOf(plain);
  const kept = groups.slice(0, 4);
  if (scope === 'network') kept[3] = (kept[3] ?? 0) & 0xff00;
  return kept.map((group) => group.toString(16)).join(':');
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  // URL writes every address in one spelling: no dotted part, at most one `::`.
  const { hostname } = new URL(`http://[${address}]`);
  const [left = '', right] = hostname.slice(1, -1).split('::');
  const numbers = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [head, tail] = [numbers(left), numbers(right ?? '')];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
