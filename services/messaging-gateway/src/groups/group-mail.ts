import type { MessageId, UserId } from '@secureconnect/contracts/ids';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { sameBytes } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { envelopeHash, type Admission, type Sender } from '../mailbox/admission.js';
import type { AdmittedMessage, StoredPosition } from '../mailbox/chain-rules.js';
import type { GroupStore } from '../store/group-store.js';
import type { MailboxStore } from '../store/mailbox-store.js';
import { admitGroupMessage } from './group-admission.js';

/** A message that was stored before, and who may read it. */
export interface Repetition {
  readonly messageId: MessageId;
  readonly position: StoredPosition;
  readonly readers: readonly UserId[];
}

/** Messages to groups, on their way into the same pipeline as all others. */
export class GroupMail {
  constructor(
    private readonly groups: GroupStore,
    private readonly mailbox: MailboxStore,
  ) {}

  /** `repetition`: it is stored already, though the group has moved on or the sender is out since. */
  admit(bytes: Uint8Array, sender: Sender): Admission<AdmittedMessage> | { readonly repetition: Repetition } {
    const admission = admitGroupMessage(bytes, sender, (groupId) => this.groups.roster(groupId));
    if ('admitted' in admission || admission.refused === 'envelope-refused') return admission;
    const repetition = this.#repetition(bytes);
    return repetition === null ? admission : { repetition };
  }

  /** What was read whole and is the sender's own. */
  #repetition(bytes: Uint8Array): Repetition | null {
    const header = readEnvelopeHeader(bytes);
    const messageId = idToHex(header.messageId) as MessageId;
    const position = this.mailbox.known(messageId);
    if (position === null || !sameBytes(position.hash, envelopeHash(bytes))) return null;
    return { messageId, position, readers: this.groups.readersOf(idToHex(header.conversationId), position.seq) };
  }
}
