import {
  AppendToGroupOutcome,
  GroupChanged,
  ReadGroupEpochOutcome,
  ReadGroupLogOutcome,
} from '@secureconnect/contracts/groups';
import {
  ConversationOpened,
  CreditsChanged,
  DeliveredMessageOutcome,
  DoneOutcome,
  EphemeralArrived,
  IdentityChanged,
  ListConversationsOutcome,
  MessageArrived,
  OpenConversationOutcome,
  PresenceChanged,
  ReceiptArrived,
  SendMessageOutcome,
  SessionEnded,
  SessionWelcome,
  SyncConversationOutcome,
  WatchPresenceOutcome,
  type MessagingCommands,
  type MessagingEvents,
} from '@secureconnect/contracts/messaging';
import * as z from 'zod';

/** Schema of every event that a server may send. */
export const EVENT_SCHEMAS = {
  'session:welcome': SessionWelcome,
  'session:ended': SessionEnded,
  'message:arrived': MessageArrived,
  'receipt:arrived': ReceiptArrived,
  'conversation:opened': ConversationOpened,
  'credits:changed': CreditsChanged,
  'ephemeral:arrived': EphemeralArrived,
  'presence:changed': PresenceChanged,
  'identity:changed': IdentityChanged,
  'group:changed': GroupChanged,
  'sync:hint': z.strictObject({}),
} as const satisfies Record<keyof MessagingEvents, z.ZodType>;

/** Schema of the answer to every command. */
export const ANSWER_SCHEMAS = {
  'conversation:open': OpenConversationOutcome,
  'conversation:list': ListConversationsOutcome,
  'conversation:sync': SyncConversationOutcome,
  'message:send': SendMessageOutcome,
  'message:delivered': DeliveredMessageOutcome,
  'ephemeral:send': DoneOutcome,
  'presence:set': DoneOutcome,
  'presence:watch': WatchPresenceOutcome,
  'group:append': AppendToGroupOutcome,
  'group:rotate': DoneOutcome,
  'group:log': ReadGroupLogOutcome,
  'group:epoch': ReadGroupEpochOutcome,
} as const satisfies Record<keyof MessagingCommands, z.ZodType>;

export type EventName = keyof typeof EVENT_SCHEMAS;
export type EventBody<Name extends EventName> = z.infer<(typeof EVENT_SCHEMAS)[Name]>;
export type CommandName = keyof typeof ANSWER_SCHEMAS;
export type CommandBody<Name extends CommandName> = Parameters<MessagingCommands[Name]>[0];
export type GoodAnswer<Name extends CommandName> = Extract<z.infer<(typeof ANSWER_SCHEMAS)[Name]>, { ok: true }>;

/** Events of parts that this client does not have are checked and let go. */
type OptionalEvents = 'identity:changed';
export type EventHandlers = {
  readonly [Name in Exclude<EventName, OptionalEvents | 'session:welcome' | 'session:ended'>]: (
    body: EventBody<Name>,
  ) => void;
} & { readonly [Name in OptionalEvents]?: (body: EventBody<Name>) => void };

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(EVENT_SCHEMAS, name);
}
