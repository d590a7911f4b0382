import { fromHex, toHex } from '@secureconnect/contracts/encoding';
import type { MessageId } from '@secureconnect/contracts/ids';
import type { Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import type { Inner, PastCallOutcome, Reference, Unsupported } from '@secureconnect/crypto/envelope/inner';
import type { Change, RecordReference } from './changes.js';

/** A text as it was written. */
export interface TextContent {
  readonly kind: 'text';
  readonly body: string;
  /** What it answers. */
  readonly replyTo?: RecordReference;
}

/** A call that is over, as who called says. */
export interface CallContent {
  readonly kind: 'call';
  /** 32 hex characters. */
  readonly callId: string;
  readonly outcome: PastCallOutcome;
  /** 0 unless answered. */
  readonly seconds: number;
}

/** What has a line of its own. */
export type LineContent = TextContent | CallContent;

/** What waits in the outbox to be sealed. */
export type OutboxContent = LineContent | Change;

export function isLine(content: OutboxContent): content is LineContent {
  return content.kind === 'text' || content.kind === 'call';
}

/** What is kept of a verified message. Of a change only what it was about: what it does stands with its target. */
export type RecordContent =
  | LineContent
  | { readonly kind: 'deleted' }
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'change'; readonly of: MessageId };

export function innerOf(content: OutboxContent): Inner {
  switch (content.kind) {
    case 'text': {
      const { body, replyTo } = content;
      return replyTo === undefined ? { t: 'text', body } : { t: 'text', body, replyTo: toReference(replyTo) };
    }
    case 'edit':
      return { t: 'edit', target: toReference(content.target), body: content.body };
    case 'delete':
      return { t: 'delete', target: toReference(content.target) };
    case 'reaction':
      return { t: 'reaction', target: toReference(content.target), emoji: content.symbol };
    case 'call': {
      const { callId, outcome, seconds } = content;
      return { t: 'call', callId: idFromHex(callId), outcome, seconds };
    }
  }
}

/** null for what is no message of a conversation. */
export function contentOf(inner: Inner | Unsupported): OutboxContent | { readonly kind: 'unsupported' } | null {
  switch (inner.t) {
    case 'text':
      return inner.replyTo === undefined
        ? { kind: 'text', body: inner.body }
        : { kind: 'text', body: inner.body, replyTo: fromReference(inner.replyTo) };
    case 'edit':
      return { kind: 'edit', target: fromReference(inner.target), body: inner.body };
    case 'delete':
      return { kind: 'delete', target: fromReference(inner.target) };
    case 'reaction':
      return { kind: 'reaction', target: fromReference(inner.target), symbol: inner.emoji };
    case 'call': {
      const { callId, outcome, seconds } = inner;
      return { kind: 'call', callId: idToHex(callId), outcome, seconds };
    }
    case 'unsupported':
      return { kind: 'unsupported' };
    default:
      return null;
  }
}

/** What a record keeps of a content, and what goes to the message that it changes. */
export function splitContent(content: OutboxContent | { readonly kind: 'unsupported' }): {
  readonly content: RecordContent;
  readonly change: Change | null;
} {
  if (content.kind === 'unsupported' || isLine(content)) return { content, change: null };
  return { content: { kind: 'change', of: content.target.messageId }, change: content };
}

function toReference({ messageId, hash }: RecordReference): Reference {
  return { messageId: idFromHex(messageId), hash: fromHex(hash) as Bytes16 };
}

function fromReference({ messageId, hash }: Reference): RecordReference {
  return { messageId: idToHex(messageId) as MessageId, hash: toHex(hash) };
}
