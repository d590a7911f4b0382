import type { IceServer } from '@secureconnect/contracts/calls';
import * as z from 'zod';
import { type Fetch, readText } from '../http/http-door.js';

/** Addresses of servers that a call is given, all together. */
export const ICE_URLS_MAX = 8;
const TIMEOUT_MS = 10_000;
const ANSWER_MAX_BYTES = 8_192;
/** RFC 7064 and RFC 7065, with nothing beside a host, a port and a transport. */
const ADDRESS = /^(stuns?|turns?):(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i;

/** What an operator's door says of the hosts that help calls: at most so many, each a name or an address. */
export const RelayHosts = z.array(z.string().min(1).max(255)).max(ICE_URLS_MAX);

/** Reads that list; nothing where there is none, or where it is not what it should be: calls do without them. */
export async function readRelayHosts(fetch: Fetch, url: string | undefined): Promise<readonly string[]> {
  if (url === undefined) return [];
  try {
    const answer = await fetch(url, { method: 'GET', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = answer.ok ? await readText(answer, ANSWER_MAX_BYTES) : null;
    return text === null ? [] : RelayHosts.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

/**
 * What of the servers that signaling names a call uses (THREATS 90): those on hosts that the operator's door names, and on the door's own. Who
 * gives no address away asks none of them what the own address is.
 * @param hosts - names and addresses, as a URL has them
 */
export function trustedServers(
  offered: readonly IceServer[],
  hosts: readonly string[],
  relayOnly: boolean,
): readonly IceServer[] {
  const known = new Set(hosts.map((host) => host.toLowerCase()));
  let left = ICE_URLS_MAX;
  const trusted: IceServer[] = [];
  for (const server of offered) {
    const urls = server.urls
      .filter((url) => {
        const [, scheme, host] = ADDRESS.exec(url) ?? [];
        const helps = !relayOnly || scheme?.toLowerCase().startsWith('turn') === true;
        return helps && host !== undefined && known.has(host.toLowerCase());
      })
      .slice(0, left);
    left -= urls.length;
    if (urls.length > 0) trusted.push({ ...server, urls });
  }
  return trusted;
}
