import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import type { SignalArrived, SignalingCommands, SignalingEvents } from '@secureconnect/contracts/signaling';
import type { CallerSocket } from '@secureconnect/platform/redis-io/caller-socket';
import type { RoomFanout } from '@secureconnect/platform/redis-io/room-fanout';

export type SignalingSocket = CallerSocket<SignalingCommands, SignalingEvents>;

/** All sockets of a user. */
export function userRoom(userId: UserId): string {
  return `user:${userId}`;
}

/**
 * The sockets of a user's device. The user is part of the name: a device id alone would let a member of one conversation ring at
 * a device of somebody who is in another.
 */
export function deviceRoom(userId: UserId, deviceId: DeviceId): string {
  return `device:${userId}:${deviceId}`;
}

/** Carries signals to the sockets of a room on any replica. */
export class Rooms {
  constructor(private readonly fanout: RoomFanout) {}

  /** Puts a socket into its rooms; resolves when it is heard across replicas. */
  async enter(socket: SignalingSocket): Promise<void> {
    const { userId, deviceId } = socket.data;
    const rooms = [userRoom(userId), ...(deviceId === null ? [] : [deviceRoom(userId, deviceId)])];
    await socket.join(rooms);
    await Promise.all(rooms.map((room) => this.fanout.roomReady(room)));
  }

  /**
   * Sends to everybody in the room but the sender's own socket.
   * @returns whether anybody else was in it: here, or, as far as Redis knows, on another replica
   */
  async carry(from: SignalingSocket, room: string, signal: SignalArrived): Promise<boolean> {
    const here = from.nsp.adapter.rooms.get(room);
    const others = (here?.size ?? 0) - (here?.has(from.id) === true ? 1 : 0);
    from.to(room).emit('signal:arrived', signal);
    if (others > 0) return true;
    const replicas = await this.fanout.replicasWith(room);
    return replicas !== null && replicas > (here === undefined ? 0 : 1);
  }
}
