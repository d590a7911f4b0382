import {
  ConversationOpened,
  CreditsChanged,
  ListConversationsOutcome,
  DeliveredMessageOutcome,
  MessageArrived,
  OpenConversationOutcome,
  ReceiptArrived,
  SendMessageOutcome,
  SessionEnded,
  SessionWelcome,
  SyncConversationOutcome,
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
  'sync:hint': z.strictObject({}),
} as const satisfies Record<keyof MessagingEvents, z.ZodType>;

/** Schema of the answer to every command. */
export const ANSWER_SCHEMAS = {
  'conversation:open': OpenConversationOutcome,
  'conversation:list': ListConversationsOutcome,
  'conversation:sync': SyncConversationOutcome,
  'message:send': SendMessageOutcome,
  'message:delivered': DeliveredMessageOutcome,
} as const satisfies Record<keyof MessagingCommands, z.ZodType>;

export type EventName = keyof typeof EVENT_SCHEMAS;
export type EventBody<Name extends EventName> = z.infer<(typeof EVENT_SCHEMAS)[Name]>;
export type CommandName = keyof typeof ANSWER_SCHEMAS;
export type CommandBody<Name extends CommandName> = Parameters<MessagingCommands[Name]>[0];
export type GoodAnswer<Name extends CommandName> = Extract<z.infer<(typeof ANSWER_SCHEMAS)[Name]>, { ok: true }>;

export type EventHandlers = {
  readonly [Name in Exclude<EventName, 'session:welcome' | 'session:ended'>]: (body: EventBody<Name>) => void;
};

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(EVENT_SCHEMAS, name);
}
