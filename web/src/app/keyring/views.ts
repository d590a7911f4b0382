import type { DeviceView as Device, PrivacySettings as Privacy } from '@secureconnect/client/acts/account-acts';
import type * as groups from '@secureconnect/client/acts/group-acts';
import type * as trust from '@secureconnect/client/acts/trust-acts';
import type * as messenger from '@secureconnect/client/messenger';

/** What the messenger shows of itself, under the names that the areas of the app use. Plain data, nothing of it is a key. */
export type Alarm = messenger.Alarm;
export type DeviceView = Device;
export type PrivacySettings = Privacy;
export type SafetyCode = trust.SafetyCode;
export type SafetyMatch = trust.SafetyMatch;
export type TrustEntry = trust.TrustEntry;
export type Connection = messenger.Connection;
export type ConversationView = messenger.ConversationView;
export type GroupMember = groups.GroupMember;
export type GroupRole = messenger.GroupRole;
export type GroupSummary = messenger.GroupSummary;
export type GroupView = groups.GroupView;
export type MessageContent = messenger.MessageContent;
export type MessageState = messenger.MessageState;
export type MessageView = messenger.MessageView;
export type MessengerEvent = messenger.MessengerEvent;
export type Outcome<T> = messenger.Outcome<T>;
export type Peer = messenger.Peer;
export type QuoteView = NonNullable<messenger.MessageView['quote']>;
export type RefusalCode = messenger.RefusalCode;
export type Refused = messenger.Refused;
export type Self = messenger.Self;
export type SessionEnd = messenger.SessionEnd;
export type SessionState = messenger.SessionState;
export type SessionStep = messenger.SessionStep;
export type Standing = messenger.Standing;
export type Trust = messenger.Trust;

export type ConversationId = ConversationView['conversationId'];
export type MessageId = MessageView['messageId'];
export type UserId = Peer['userId'];
export type DeviceId = DeviceView['deviceId'];
