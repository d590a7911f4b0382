import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { MessagesExist, type MessagesExistAnswer } from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { MailboxStore } from '../store/mailbox-store.js';

@Internal('credits')
@Controller('internal/messages')
export class InternalMessagesController {
  constructor(private readonly mailbox: MailboxStore) {}

  @Post('exist')
  @HttpCode(200)
  exist(@Body({ schema: MessagesExist }) body: MessagesExist): MessagesExistAnswer {
    return { existing: this.mailbox.existing(body.messageIds) };
  }
}
