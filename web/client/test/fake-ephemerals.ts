import type { Presence } from '@secureconnect/contracts/messaging';
import { readEnvelope } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import type { Server } from 'socket.io';
import type { FakeState } from './fake-state.js';

/** What the fake server relays and does not keep: typing, and who is here. */
export function ephemeralCommands(io: Server, server: FakeState, userId: string) {
  const isOnline = (id: string) => (io.sockets.adapter.rooms.get(id)?.size ?? 0) > 0;
  const presenceOf = (id: string): Presence =>
    ({ userId: id, online: isOnline(id), lastSeenAtMs: isOnline(id) ? null : 60_000 }) as Presence;
  return {
    'ephemeral:send': ({ envelope }: { envelope: Uint8Array }) => {
      const { header } = readEnvelope(envelope);
      const { members } = server.conversations.get(idToHex(header.conversationId))!.summary;
      const others = members.filter((member) => member !== userId);
      io.to(others).emit('ephemeral:arrived', { envelope: new Uint8Array(envelope) });
      return { ok: true } as const;
    },
    'presence:set': ({ visible }: { visible: boolean }) => {
      server.visible.set(userId, visible);
      io.to([...server.accounts.keys()]).emit(
        'presence:changed',
        visible ? presenceOf(userId) : { userId, hidden: true },
      );
      return { ok: true } as const;
    },
    'presence:watch': ({ userIds }: { userIds: string[] }) => ({
      ok: true as const,
      present: userIds.filter((id) => server.visible.get(id) === true).map(presenceOf),
    }),
  };
}
