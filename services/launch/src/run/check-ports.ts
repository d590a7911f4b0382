import { LaunchFailure } from '../launch-failure.js';
import { isPortFree, portHolder } from '../ports.js';
import type { StackSettings } from '../prepare-stack.js';

/** Looks whether everything can listen where it is to. @throws LaunchFailure naming the port, who has it (a program, or another setting), and the setting */
export async function checkPorts(stack: StackSettings): Promise<void> {
  const inside = stack.ports.map((port) => ({ host: '127.0.0.1', port, setting: 'SECURECONNECT_BASE_PORT' }));
  const http = (stack.door?.listenHttp ?? []).map((at) => ({ ...split(at), setting: 'SECURECONNECT_HTTP_PORT' }));
  const https = (stack.door?.listenHttps ?? []).map((at) => ({ ...split(at), setting: 'SECURECONNECT_HTTPS_PORT' }));
  const wantedBy = new Map<number, string>();
  for (const { host, port, setting } of [...http, ...https, ...inside]) {
    const other = wantedBy.get(port) ?? setting;
    if (other !== setting) {
      throw new LaunchFailure(
        `Port ${port} is wanted by both ${other} and ${setting}: set one of them to another port.`,
      );
    }
    wantedBy.set(port, setting);
    if (await isFree(port, host, setting)) continue;
    const holder = portHolder(port);
    throw new LaunchFailure(
      `Port ${port} is in use${holder === undefined ? '' : ` by ${holder}`}: stop that program, or set ${setting} to another port.`,
    );
  }
}

async function isFree(port: number, host: string, setting: string): Promise<boolean> {
  try {
    return await isPortFree(port, host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    throw new LaunchFailure(`Port ${port} is reserved for root: set ${setting} to a port from 1024 on.`);
  }
}

/** `[::1]:8080` as host and port. */
function split(at: string): { host: string; port: number } {
  const colon = at.lastIndexOf(':');
  return { host: at.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(at.slice(colon + 1)) };
}
