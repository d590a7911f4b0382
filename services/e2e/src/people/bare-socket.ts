import { PROTOCOL_VERSION } from '@secureconnect/contracts/limits';
import { MESSAGING_SOCKET_PATH, SIGNALING_SOCKET_PATH } from '@secureconnect/client/deps';
import { packetParser } from '@secureconnect/client/socket/packet-parser';
import { io, type Socket } from 'socket.io-client';
import type { CookieJar } from './cookie-jar.js';

/** A socket without a messenger: says whatever it is told to. */
export function bareSocket(
  url: string,
  service: 'messaging' | 'signaling',
  jar: Pick<CookieJar, 'socketHeaders'>,
  auth: object = { v: PROTOCOL_VERSION },
): Promise<Socket> {
  const socket = io(url, {
    path: service === 'messaging' ? MESSAGING_SOCKET_PATH : SIGNALING_SOCKET_PATH,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    parser: packetParser,
    auth,
    query: { k: 'bare' },
    extraHeaders: jar.socketHeaders,
  });
  return new Promise((resolve, reject) => {
    socket.once('session:welcome', () => resolve(socket));
    socket.once('connect_error', (error) => {
      socket.disconnect();
      reject(error);
    });
  });
}
