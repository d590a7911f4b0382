import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { World } from './world.js';

/** One address for several replicas, as a front door has it: leads to the first of them that lives. */
export interface WayToReplicas {
  readonly url: string;
  /** The replica at the other end of the newest connection; null while there is none. */
  at(): string | null;
}

/** @param urls - of replicas, the favourite first; the way is there until the world closes everybody */
export async function wayToReplicas(world: World, urls: readonly string[]): Promise<WayToReplicas> {
  const ends = new Map<Socket, string>();
  const lead = (outer: Socket, [url, ...others]: readonly string[]): void => {
    if (url === undefined) {
      outer.destroy();
      return;
    }
    const { hostname, port } = new URL(url);
    const inner = connect(Number(port), hostname);
    const onward = () => lead(outer, others);
    inner.once('error', onward);
    inner.once('connect', () => {
      inner.off('error', onward);
      inner.on('error', () => outer.destroy());
      inner.once('close', () => outer.destroy());
      ends.set(outer, url);
      outer.pipe(inner).pipe(outer);
    });
    outer.once('close', () => {
      ends.delete(outer);
      inner.destroy();
    });
  };
  const server = createServer((outer) => {
    outer.on('error', () => outer.destroy());
    lead(outer, urls);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.atEnd(async () => {
    for (const outer of ends.keys()) outer.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    at: () => [...ends.values()].at(-1) ?? null,
  };
}
