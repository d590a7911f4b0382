import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  MessagesExist,
  UnsettledAllowances,
  type MessagesExistAnswer,
  type UnsettledAllowancesAnswer,
} from '@secureconnect/contracts/internal';
import { Internal } from '@secureconnect/platform/bootstrap/route-marks';
import { MailboxStore } from '../store/mailbox-store.js';

@Internal('credits')
@Controller('internal')
export class InternalMessagesController {
  constructor(private readonly mailbox: MailboxStore) {}

  @Post('messages/exist')
  @HttpCode(200)
  exist(@Body({ schema: MessagesExist }) body: MessagesExist): MessagesExistAnswer {
    return { existing: this.mailbox.existing(body.messageIds) };
  }

  @Post('allowances/unsettled')
  @HttpCode(200)
  unsettled(@Body({ schema: UnsettledAllowances }) body: UnsettledAllowances): UnsettledAllowancesAnswer {
    return { unsettled: this.mailbox.unsettled(body.allowanceIds) };
  }
}
