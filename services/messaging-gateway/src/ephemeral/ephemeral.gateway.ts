import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { SendEphemeral, type DoneOutcome } from '@secureconnect/contracts/messaging';
import { CallerGateway } from '@secureconnect/platform/redis-io/caller-gateway';
import { refusal } from '@secureconnect/platform/problem/violation';
import { Connections } from '../connections/connections.js';
import { senderOf } from '../connections/sender-of.js';
import { Notices } from '../connections/notices.js';
import type { MessagingSocket } from '../delivery/fanout.js';
import { admitGroupEphemeral, isForGroup } from '../groups/group-admission.js';
import { ConversationStore } from '../store/conversation-store.js';
import { GroupStore } from '../store/group-store.js';
import { admitEphemeral } from './ephemeral-rules.js';

@CallerGateway()
export class EphemeralGateway {
  constructor(
    private readonly connections: Connections,
    private readonly notices: Notices,
    private readonly conversations: ConversationStore,
    private readonly groups: GroupStore,
  ) {}

  /** `ok`: it was handed on to whoever is connected; without Redis, to this replica. Nobody is told who that is. */
  @SubscribeMessage('ephemeral:send')
  send(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: SendEphemeral }) body: SendEphemeral,
  ): DoneOutcome {
    this.connections.spend(socket, 'ephemerals');
    const sender = senderOf(socket);
    const admission = isForGroup(body.envelope)
      ? admitGroupEphemeral(body.envelope, sender, (groupId) => this.groups.roster(groupId), Date.now())
      : admitEphemeral(body.envelope, sender, (id) => this.conversations.membersOf(id), Date.now());
    if ('refused' in admission) return refusal(admission.refused);
    const others = admission.members.filter((member) => member !== socket.data.userId);
    this.notices.ephemeralArrived(others, body.envelope);
    return { ok: true };
  }
}
