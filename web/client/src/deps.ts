import type { ManagerOptions, SocketOptions } from 'socket.io-client';
import type { Fetch } from './http/http-door.js';
import type { Locks } from './locks.js';
import type { StoragePort } from './storage/storage-port.js';

/** Where the services are. In a browser everything is at the page's own origin: {@link endpointsAt}. */
export interface Endpoints {
  /** Bases of the HTTP routes, without a slash at the end. */
  readonly auth: string;
  readonly credits: string;
  readonly admin: string;
  /** Origins of the sockets; their paths are fixed. */
  readonly messagingSocket: string;
  readonly signalingSocket: string;
  /** What the door says of the hosts that help calls; without it, those on signaling's own host do. */
  readonly relays?: string;
}

/** Endpoints behind one front door, such as `https://chat.example.org`. */
export function endpointsAt(origin: string): Endpoints {
  return {
    auth: `${origin}/api/auth`,
    credits: `${origin}/api/credits`,
    admin: `${origin}/api/admin`,
    messagingSocket: origin,
    signalingSocket: origin,
    relays: `${origin}/relays.json`,
  };
}

export const MESSAGING_SOCKET_PATH = '/socket/messaging';
export const SIGNALING_SOCKET_PATH = '/socket/signaling';

export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  nowMs(): number;
  /** Resolves after `ms`, or as soon as `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done);
    }),
};

export type SocketTransportOptions = Partial<ManagerOptions & SocketOptions>;

/** Everything that the messenger takes from outside. */
export interface MessengerDeps {
  readonly endpoints: Endpoints;
  readonly fetch: Fetch;
  /** Asked before every connection: in Node the Cookie and Origin headers, which a browser sends by itself. */
  readonly socketOptions?: () => SocketTransportOptions;
  readonly storage: StoragePort;
  readonly locks: Locks;
  readonly clock: Clock;
  /** `count` bytes from a cryptographic generator. */
  readonly random: (count: number) => Uint8Array<ArrayBuffer>;
  /** How the browser describes itself: what this device is called until somebody names it. */
  readonly userAgent?: string;
  /** False where the page was not served over https or from localhost: no keys are made there. */
  readonly secureContext: boolean;
}
