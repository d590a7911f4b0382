import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import {
  ListConversations,
  OpenConversation,
  type ListConversationsOutcome,
  type OpenConversationOutcome,
} from '@secureconnect/contracts/messaging';
import { CallerGateway } from '@secureconnect/platform/redis-io/caller-gateway';
import { Connections } from '../connections/connections.js';
import type { MessagingSocket } from '../delivery/fanout.js';
import { ConversationStore } from '../store/conversation-store.js';
import { Conversations } from './conversations.js';

@CallerGateway()
export class ConversationsGateway {
  constructor(
    private readonly connections: Connections,
    private readonly conversations: Conversations,
    private readonly store: ConversationStore,
  ) {}

  @SubscribeMessage('conversation:open')
  async open(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: OpenConversation }) body: OpenConversation,
  ): Promise<OpenConversationOutcome> {
    this.connections.spend(socket, 'commands');
    return { ok: true, conversation: await this.conversations.open(socket.data.userId, body.peerUserId) };
  }

  @SubscribeMessage('conversation:list')
  async list(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: ListConversations }) body: ListConversations,
  ): Promise<ListConversationsOutcome> {
    this.connections.spend(socket, 'commands');
    await this.connections.heard(socket);
    return { ok: true, ...this.store.list(socket.data.userId, body) };
  }
}
