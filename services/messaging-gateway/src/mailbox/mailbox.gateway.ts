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
import { senderOf } from '../connections/sender-of.js';
import { BalanceNotices } from '../delivery/balance-notices.js';
import { Fanout, type MessagingSocket } from '../delivery/fanout.js';
import { admitGroupReceipt, isForGroup, isGroupMessage } from '../groups/group-admission.js';
import { GroupHistory } from '../groups/group-history.js';
import { GroupMail } from '../groups/group-mail.js';
import { ConversationStore } from '../store/conversation-store.js';
import { GroupStore } from '../store/group-store.js';
import { MailboxStore } from '../store/mailbox-store.js';
import { ReceiptStore } from '../store/receipt-store.js';
import { admitMessage, admitReceipt, type MembersOf } from './admission.js';
import { SendPipeline } from './send-pipeline.js';

/**
 * In larger groups a receipt is told to the reader's own devices alone, and to the others with their next page: each message makes as
 * many receipts as there are members, and each of them would go to all of these.
 */
const RECEIPTS_TOLD_TO_MAX = 32;

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
    private readonly groups: GroupStore,
    private readonly groupMail: GroupMail,
    private readonly groupHistory: GroupHistory,
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
    const sender = senderOf(socket);
    const admission = isGroupMessage(body.envelope)
      ? this.groupMail.admit(body.envelope, sender)
      : admitMessage(body.envelope, sender, this.#membersOf);
    if ('refused' in admission) return refusal(admission.refused);
    if ('repetition' in admission) {
      const { messageId, position, readers } = admission.repetition;
      const { seq, acceptedAtMs } = position;
      this.fanout.messageArrived(readers, { seq, acceptedAtMs, envelope: body.envelope }, socket.id);
      return { ok: true, messageId, seq, acceptedAtMs, available: null };
    }
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
    const sender = senderOf(socket);
    const admission = isForGroup(body.receipt)
      ? admitGroupReceipt(body.receipt, sender, (groupId) => this.groups.roster(groupId))
      : admitReceipt(body.receipt, sender, this.#membersOf);
    if ('refused' in admission) return refusal(admission.refused);
    const isNew = await this.receipts.keep(admission.admitted);
    const told = admission.members.length > RECEIPTS_TOLD_TO_MAX ? [sender.userId] : admission.members;
    if (isNew) this.fanout.receiptArrived(told, body.receipt, socket.id);
    return { ok: true };
  }

  @SubscribeMessage('conversation:sync')
  async sync(
    @ConnectedSocket() socket: MessagingSocket,
    @MessageBody({ schema: SyncConversation }) body: SyncConversation,
  ): Promise<SyncConversationOutcome> {
    this.connections.spend(socket, 'commands');
    await this.connections.heard(socket);
    return this.connections.page(socket, () => ({ ok: true, ...this.#page(body, socket.data.userId) }));
  }

  #page(body: SyncConversation, userId: UserId) {
    if (this.#membersOf(body.conversationId).includes(userId)) {
      return {
        ...this.mailbox.page(body.conversationId, body.from, body.limit),
        receipts: this.receipts.newest(body.conversationId) as Uint8Array<ArrayBuffer>[],
      };
    }
    const page = this.groupHistory.page(body, userId);
    // One answer for all: ids of conversations can be computed, so another would tell a stranger who talks to whom.
    if (page === null) throw new Violation('conversation-unknown');
    return page;
  }
}
