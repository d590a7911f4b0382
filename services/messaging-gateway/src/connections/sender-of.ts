import { Violation } from '@secureconnect/platform/problem/violation';
import type { MessagingSocket } from '../delivery/fanout.js';
import type { Sender } from '../mailbox/admission.js';

/** Who speaks on a socket. @throws Violation `device-unbound` */
export function senderOf(socket: MessagingSocket): Sender {
  const { userId, deviceId } = socket.data;
  if (deviceId === null) throw new Violation('device-unbound');
  return { userId, deviceId };
}
