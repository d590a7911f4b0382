import type { Bytes } from '@secureconnect/contracts/signed/bytes';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError, refusingAs } from '../crypto-error.js';
import { JsonFields, jsonList, refuseJson } from '../encoding/json-fields.js';
import { CONTENT_MAX_BYTES } from '../encoding/padding.js';
import { type JsonValue, parseStrictJson } from '../encoding/strict-json.js';
import { fromUtf8, toUtf8 } from '../encoding/text.js';
import {
  type Inner,
  PAST_CALL_MAX_SECONDS,
  PAST_CALL_OUTCOMES,
  type PastCall,
  type Position,
  POSITIONS_MAX,
  type Reaction,
  REACTION_MAX_LENGTH,
  type Reference,
  SIGNAL_DATA_MAX_LENGTH,
  type Text,
  TEXT_MAX_LENGTH,
  type Unsupported,
} from './inner.js';

const TYPE_MAX_LENGTH = 32;
/** Spaces, controls, and what turns the direction of the text around it. Joiners and selectors inside an emoji stay. */
const NO_REACTION = /[\p{Cc}\p{Z}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

function writePositions(positions: readonly Position[]) {
  return positions.map(({ deviceId, seq }) => ({ device: idToHex(deviceId), seq }));
}

const writeReference = ({ messageId, hash }: Reference) => ({ message: idToHex(messageId), hash: idToHex(hash) });

function fieldsOf(inner: Inner): Record<string, unknown> {
  switch (inner.t) {
    case 'text': {
      const { t, body, replyTo } = inner;
      return replyTo === undefined ? { t, body } : { t, body, replyTo: writeReference(replyTo) };
    }
    case 'edit':
      return { t: inner.t, target: writeReference(inner.target), body: inner.body };
    case 'delete':
      return { t: inner.t, target: writeReference(inner.target) };
    case 'reaction':
      return { t: inner.t, target: writeReference(inner.target), emoji: inner.emoji };
    case 'receipt': {
      const { deliveredUpTo, readUpTo } = inner;
      const read = readUpTo.length > 0 ? { readUpTo: writePositions(readUpTo) } : {};
      return { t: inner.t, deliveredUpTo: writePositions(deliveredUpTo), ...read };
    }
    case 'signal':
      return { t: inner.t, callId: idToHex(inner.callId), data: inner.data };
    case 'call': {
      const { t, callId, outcome, seconds } = inner;
      return { t, callId: idToHex(callId), outcome, seconds };
    }
    case 'typing':
      return { t: inner.t, on: inner.on };
  }
}

/**
 * Content as UTF-8 JSON. `acks` are what the header's ackRoot stands for (PROTOCOL 5.10).
 * @throws CryptoError `content-invalid` for anything that `readInner` would refuse
 */
export async function writeInner(inner: Inner, acks: readonly Position[]): Promise<Bytes> {
  const fields = fieldsOf(inner);
  const bytes = toUtf8(JSON.stringify(acks.length > 0 ? { ...fields, acks: writePositions(acks) } : fields));
  await readInner(bytes);
  return bytes;
}

function readPosition(value: JsonValue): Position {
  const fields = new JsonFields(value);
  const position = { deviceId: fields.id('device'), seq: fields.count('seq', 1) };
  fields.end();
  return position;
}

/** A list that may be missing; no device twice. */
function takePositions(fields: JsonFields, name: string): readonly Position[] {
  const positions = jsonList(fields.take(name) ?? [], POSITIONS_MAX).map(readPosition);
  if (new Set(positions.map(({ deviceId }) => idToHex(deviceId))).size !== positions.length) refuseJson();
  return positions;
}

function readReference(value: JsonValue | undefined): Reference {
  const fields = new JsonFields(value ?? null);
  const reference = { messageId: fields.id('message'), hash: fields.id('hash') };
  fields.end();
  return reference;
}

function readText(fields: JsonFields): Text {
  const body = fields.text('body', 1, TEXT_MAX_LENGTH);
  const replyTo = fields.take('replyTo');
  return replyTo === undefined ? { t: 'text', body } : { t: 'text', body, replyTo: readReference(replyTo) };
}

function readReaction(fields: JsonFields): Reaction {
  const target = readReference(fields.take('target'));
  const emoji = fields.text('emoji', 0, REACTION_MAX_LENGTH);
  return NO_REACTION.test(emoji) ? refuseJson() : { t: 'reaction', target, emoji };
}

function readPastCall(fields: JsonFields): PastCall {
  const callId = fields.id('callId');
  const said = fields.text('outcome', 1, TYPE_MAX_LENGTH);
  const seconds = fields.count('seconds', 0);
  const outcome = PAST_CALL_OUTCOMES.find((known) => known === said);
  if (outcome === undefined || seconds > PAST_CALL_MAX_SECONDS || (outcome !== 'answered' && seconds > 0)) refuseJson();
  return { t: 'call', callId, outcome, seconds };
}

/** One reader for each type; what is left of the members afterwards is refused. */
const READERS: ReadonlyMap<string, (fields: JsonFields) => Inner> = new Map<Inner['t'], (fields: JsonFields) => Inner>([
  ['text', readText],
  [
    'edit',
    (fields) => ({
      t: 'edit',
      target: readReference(fields.take('target')),
      body: fields.text('body', 1, TEXT_MAX_LENGTH),
    }),
  ],
  ['delete', (fields) => ({ t: 'delete', target: readReference(fields.take('target')) })],
  ['reaction', readReaction],
  [
    'receipt',
    (fields) => ({
      t: 'receipt',
      deliveredUpTo: takePositions(fields, 'deliveredUpTo'),
      readUpTo: takePositions(fields, 'readUpTo'),
    }),
  ],
  [
    'signal',
    (fields) => ({ t: 'signal', callId: fields.id('callId'), data: fields.text('data', 0, SIGNAL_DATA_MAX_LENGTH) }),
  ],
  ['call', readPastCall],
  ['typing', (fields) => ({ t: 'typing', on: fields.flag('on') })],
]);

/** What `readInner` gives: the content and the positions that the header's ackRoot stands for. */
export interface InnerContent {
  readonly inner: Inner | Unsupported;
  readonly acks: readonly Position[];
}

/**
 * Reads decrypted content (PROTOCOL 5.9, THREATS 59): bounded, UTF-8 without exception, strict JSON, exactly the known members. An
 * unknown type is `unsupported`, whatever else is in it. @throws CryptoError `content-invalid`
 */
export function readInner(bytes: Uint8Array): Promise<InnerContent> {
  return refusingAs('content-invalid', () => {
    if (bytes.length > CONTENT_MAX_BYTES) throw new CryptoError('content-invalid');
    const fields = new JsonFields(parseStrictJson(fromUtf8(bytes)));
    const type = fields.text('t', 1, TYPE_MAX_LENGTH);
    const inner = READERS.get(type)?.(fields);
    const acks = takePositions(fields, 'acks');
    if (inner !== undefined) fields.end();
    return { inner: inner ?? { t: 'unsupported', type }, acks };
  });
}
