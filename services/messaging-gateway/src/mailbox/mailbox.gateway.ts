import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import type { UserId } from '@secureconnect/contracts/ids';
import {
  DeliveredMessage,
  SendMessage,
  SyncConversation,
  type DeliveredMessageOutcome,
  type SendMessageOutcome,
  type SyncConversationOutcome,
} from '@secureconnect/contracts/messaging';
import { CallerGateway } from '@secureconnect/platform/redis-io/caller-gateway';
import { refusal, Violation } from '@secureconnect/platform/problem/violation';
import { Connections } from '../connections/connections.js';
import { BalanceNotices } from '../delivery/balance-notices.js';
import { Fanout, type MessagingSocket } from '../delivery/fanout.js';
import { ConversationStore } from '../store/conversation-store.js';
import { MailboxStore } from '../store/mailbox-store.js';
import { ReceiptStore } from '../store/receipt-store.js';
import { senderOf } from '../connections/sender-of.js';
import { admitMessage, admitReceipt, type MembersOf } from './admission.js';
import { SendPipeline } from './send-pipeline.js';

@CallerGateway()
export class MailboxGateway {
  readonly #membersOf: MembersOf;

  constructor(
    private readonly connections: Connections,
    private readonly pipeline: SendPipeline,
    private readonly mailbox: MailboxStore,
    private readonly receipts: ReceiptStore,
    private readonly fanout: Fanout,
    private readonly notices: BalanceNotices,
    conversations: ConversationStore,
  ) {
    this.#membersOf = (conversationId) => conversations.membersOf(conversationId);
  }

  @SubscribeMessage('message:send')
  async send(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: SendMessage }) body: SendMessage,
  ): Promise<SendMessageOutcome> {
    this.connections.spend(socket, 'sends');
    const admission = admitMessage(body.envelope, senderOf(socket), this.#membersOf);
    if ('refused' in admission) return refusal(admission.refused);
    const { admitted, members } = admission;
    const result = await this.pipeline.send(admitted);
    if (result.outcome === 'refused') {
      const { code, retryAfterSeconds } = result;
      return refusal(code, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
    }
    const { seq, acceptedAtMs } = result;
    // A repetition too: the process that stored it may have died before it told anybody. Devices know what they have.
    this.fanout.messageArrived(members, { seq, acceptedAtMs, envelope: body.envelope }, socket.id);
    if (result.outcome === 'stored') this.notices.changed(socket.data.userId, result.available);
    const available = result.outcome === 'stored' ? result.available : null;
    return { ok: true, messageId: admitted.messageId, seq, acceptedAtMs, available };
  }

  @SubscribeMessage('message:delivered')
  async delivered(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: DeliveredMessage }) body: DeliveredMessage,
  ): Promise<DeliveredMessageOutcome> {
    this.connections.spend(socket, 'commands');
    const admission = admitReceipt(body.receipt, senderOf(socket), this.#membersOf);
    if ('refused' in admission) return refusal(admission.refused);
    const isNew = await this.receipts.keep(admission.admitted);
    if (isNew) this.fanout.receiptArrived(admission.members, body.receipt, socket.id);
    return { ok: true };
  }

  @SubscribeMessage('conversation:sync')
  async sync(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: SyncConversation }) body: SyncConversation,
  ): Promise<SyncConversationOutcome> {
    this.connections.spend(socket, 'commands');
    this.#mustBeMember(body.conversationId, socket.data.userId);
    await this.connections.heard(socket);
    return this.connections.page(socket, () => ({
      ok: true,
      ...this.mailbox.page(body.conversationId, body.from, body.limit),
      receipts: this.receipts.newest(body.conversationId) as Uint8Array<ArrayBuffer>[],
    }));
  }

  #mustBeMember(conversationId: string, userId: UserId): void {
    // One answer for both: ids of conversations can be computed, so another would tell a stranger who talks to whom.
    if (!this.#membersOf(conversationId).includes(userId)) throw new Violation('conversation-unknown');
  }
}
