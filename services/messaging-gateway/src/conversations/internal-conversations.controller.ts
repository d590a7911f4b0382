import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ConversationMembers, type ConversationMembersAnswer } from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { ConversationStore } from '../store/conversation-store.js';

@Internal('signaling')
@Controller('internal/conversations')
export class InternalConversationsController {
  constructor(private readonly conversations: ConversationStore) {}

  /** Empty for an unknown conversation. */
  @Post('members')
  @HttpCode(200)
  members(@Body({ schema: ConversationMembers }) body: ConversationMembers): ConversationMembersAnswer {
    return { members: [...this.conversations.membersNow(body.conversationId)] };
  }
}
