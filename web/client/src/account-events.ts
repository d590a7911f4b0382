import type { Presence } from './conversations/presence.js';
import type { Roster } from './conversations/roster.js';
import type { Typing } from './conversations/typing.js';
import type { Directory } from './directory/directory.js';
import type { Groups } from './groups/groups.js';
import type { Outbox } from './outbox/outbox.js';
import type { Receipts } from './sync/receipts.js';
import type { EventHandlers } from './socket/messaging-events.js';

/** The parts that events are for; they are made after the connection, so they are read when an event comes. */
export interface EventParts {
  readonly roster: Roster;
  readonly typing: Typing;
  readonly presence: Presence;
  readonly groups: Groups;
  readonly outbox: Outbox;
  readonly receipts: Receipts;
  readonly directory: Directory;
  readonly setCredits: (available: number) => void;
}

/** What the parts of an account do about each event of the socket. */
export function handlersOf(
  account: EventParts,
  background: (work: () => Promise<void>) => void,
  catchUp: () => Promise<void>,
): EventHandlers {
  return {
    'message:arrived': (message) => account.roster.arrived(message),
    'receipt:arrived': ({ receipt }) => account.roster.receipt(receipt),
    'conversation:opened': ({ conversation }) =>
      background(async () => {
        const before = await account.roster.log(conversation.conversationId).store.conversation();
        const known = await account.roster.learn(conversation);
        if (known !== null && before === null) await account.roster.log(conversation.conversationId).catchUp();
      }),
    'ephemeral:arrived': ({ envelope }) => background(() => account.typing.take(envelope)),
    'presence:changed': (changed) => account.presence.take(changed),
    'credits:changed': ({ available }) => account.setCredits(available),
    'group:changed': ({ groupId }) =>
      background(async () => {
        await account.groups.moved(groupId);
        account.outbox.drain(groupId);
        const record = await account.roster.log(groupId).store.conversation();
        if (record !== null) account.receipts.due(record.value);
      }),
    'identity:changed': ({ userId }) => background(() => account.directory.lookUpAgain(userId)),
    'sync:hint': () => background(() => catchUp()),
  };
}
