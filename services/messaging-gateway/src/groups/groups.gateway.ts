import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import {
  AppendToGroup,
  ReadGroupEpoch,
  ReadGroupLog,
  RotateGroup,
  type AppendToGroupOutcome,
  type ReadGroupEpochOutcome,
  type ReadGroupLogOutcome,
} from '@secureconnect/contracts/groups';
import type { DoneOutcome } from '@secureconnect/contracts/messaging';
import { refusal } from '@secureconnect/platform/problem/violation';
import { CallerGateway } from '@secureconnect/platform/redis-io/caller-gateway';
import { Connections } from '../connections/connections.js';
import { senderOf } from '../connections/sender-of.js';
import type { MessagingSocket } from '../delivery/fanout.js';
import { GroupStore } from '../store/group-store.js';
import { GroupHistory } from './group-history.js';
import { GroupNews } from './group-news.js';
import { Groups } from './groups.js';

@CallerGateway()
export class GroupsGateway {
  constructor(
    private readonly connections: Connections,
    private readonly groups: Groups,
    private readonly store: GroupStore,
    private readonly history: GroupHistory,
    private readonly news: GroupNews,
  ) {}

  @SubscribeMessage('group:append')
  async append(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: AppendToGroup }) { groupId, entries }: AppendToGroup,
  ): Promise<AppendToGroupOutcome> {
    this.connections.spend(socket, 'groupChanges');
    const appended = await this.groups.append(groupId, entries, senderOf(socket));
    if ('refused' in appended) return refusal(appended.refused);
    // A repetition too: the process that wrote it may have died before it told anybody.
    await this.news.logMoved(groupId, appended.touched);
    return { ok: true, lastSeq: appended.lastSeq };
  }

  @SubscribeMessage('group:rotate')
  async rotate(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: RotateGroup }) { groupId, epoch, wraps }: RotateGroup,
  ): Promise<DoneOutcome> {
    this.connections.spend(socket, 'groupChanges');
    const rotated = await this.groups.rotate(groupId, { epoch, wraps }, senderOf(socket));
    if ('refused' in rotated) return refusal(rotated.refused);
    this.news.epochMoved(groupId);
    return { ok: true };
  }

  @SubscribeMessage('group:log')
  async log(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: ReadGroupLog }) { groupId, afterSeq, limit }: ReadGroupLog,
  ): Promise<ReadGroupLogOutcome> {
    this.connections.spend(socket, 'commands');
    await this.connections.heard(socket);
    return this.connections.page(socket, () => {
      const page = this.history.log(groupId, afterSeq, limit, socket.data.userId);
      return page === null ? refusal('conversation-unknown') : { ok: true, ...page };
    });
  }

  @SubscribeMessage('group:epoch')
  epoch(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: ReadGroupEpoch }) { groupId, epoch }: ReadGroupEpoch,
  ): Promise<ReadGroupEpochOutcome> {
    this.connections.spend(socket, 'commands');
    return this.connections.page(socket, () => {
      const found = this.store.epochOf(groupId, epoch, socket.data.userId);
      return found === null ? refusal('not-a-member') : { ok: true, ...found };
    });
  }
}
