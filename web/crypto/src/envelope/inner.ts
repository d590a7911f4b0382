import type { Bytes, Bytes16 } from '@secureconnect/contracts/signed/bytes';
import { ENVELOPE_KINDS, type EnvelopeKind } from '@secureconnect/contracts/signed/envelope';
import { idFromHex, idToHex } from '@secureconnect/contracts/signed/ids';
import { CryptoError, refusingAs } from '../crypto-error.js';
import { CONTENT_MAX_BYTES } from '../encoding/padding.js';
import { isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from '../encoding/strict-json.js';
import { fromUtf8, isWellFormed, toUtf8 } from '../encoding/text.js';

/** A place in a device's sequence. */
export interface Position {
  readonly deviceId: Bytes16;
  readonly seq: number;
}

/** Kind 1. `body` is 1 to 16,000 UTF-16 units of well-formed text. */
export interface Text {
  readonly t: 'text';
  readonly body: string;
}

/** Kind 6. Cumulative: for each sending device the highest senderSeq up to which everything was delivered, and was read. */
export interface Receipt {
  readonly t: 'receipt';
  readonly deliveredUpTo: readonly Position[];
  readonly readUpTo: readonly Position[];
}

/** Kind 5. `data` belongs to the call; at most 65,536 UTF-16 units. */
export interface Signal {
  readonly t: 'signal';
  readonly callId: Bytes16;
  readonly data: string;
}

export type Inner = Text | Receipt | Signal;

/** Content of a later version: shown as such, never guessed at. */
export interface Unsupported {
  readonly t: 'unsupported';
  readonly type: string;
}

export const TEXT_MAX_LENGTH = 16_000;
export const SIGNAL_DATA_MAX_LENGTH = 65_536;
/** Positions in one list: all devices that two accounts can have (`devicesPerAccountMax` of the contracts, twice). */
export const POSITIONS_MAX = 512;
const TYPE_MAX_LENGTH = 32;

/** Each kind of envelope carries its own type of content, and no other. */
export const KIND_OF = {
  text: ENVELOPE_KINDS.direct,
  receipt: ENVELOPE_KINDS.receipt,
  signal: ENVELOPE_KINDS.signal,
} as const satisfies Record<Inner['t'], EnvelopeKind>;

function writePositions(positions: readonly Position[]) {
  return positions.map(({ deviceId, seq }) => ({ device: idToHex(deviceId), seq }));
}

function fieldsOf(inner: Inner): Record<string, unknown> {
  switch (inner.t) {
    case 'text':
      return { t: inner.t, body: inner.body };
    case 'receipt': {
      const { deliveredUpTo, readUpTo } = inner;
      const read = readUpTo.length > 0 ? { readUpTo: writePositions(readUpTo) } : {};
      return { t: inner.t, deliveredUpTo: writePositions(deliveredUpTo), ...read };
    }
    case 'signal':
      return { t: inner.t, callId: idToHex(inner.callId), data: inner.data };
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

/** Takes the members of an object one by one; what is left over at the end is refused. */
class Fields {
  private readonly left: Map<string, JsonValue>;
  constructor(object: JsonObject) {
    this.left = new Map(object);
  }

  take(name: string): JsonValue | undefined {
    const value = this.left.get(name);
    this.left.delete(name);
    return value;
  }

  text(name: string, min: number, max: number): string {
    const value = this.take(name);
    if (typeof value !== 'string' || value.length < min || value.length > max || !isWellFormed(value)) refuse();
    return value;
  }

  positions(name: string): readonly Position[] {
    const value = this.take(name) ?? [];
    if (!Array.isArray(value) || value.length > POSITIONS_MAX) refuse();
    const positions = (value as readonly JsonValue[]).map(readPosition);
    if (new Set(positions.map(({ deviceId }) => idToHex(deviceId))).size !== positions.length) refuse();
    return positions;
  }

  end(): void {
    if (this.left.size !== 0) refuse();
  }
}

function refuse(): never {
  throw new CryptoError('content-invalid');
}

function readPosition(value: JsonValue): Position {
  if (!isJsonObject(value)) refuse();
  const fields = new Fields(value);
  const deviceId = idFromHex(fields.text('device', 32, 32));
  const seq = fields.take('seq');
  fields.end();
  if (typeof seq !== 'number' || seq < 1) refuse();
  return { deviceId, seq };
}

function readFields(type: string, fields: Fields): Inner | Unsupported {
  switch (type) {
    case 'text':
      return { t: 'text', body: fields.text('body', 1, TEXT_MAX_LENGTH) };
    case 'receipt':
      return {
        t: 'receipt',
        deliveredUpTo: fields.positions('deliveredUpTo'),
        readUpTo: fields.positions('readUpTo'),
      };
    case 'signal':
      return {
        t: 'signal',
        callId: idFromHex(fields.text('callId', 32, 32)),
        data: fields.text('data', 0, SIGNAL_DATA_MAX_LENGTH),
      };
    default:
      return { t: 'unsupported', type };
  }
}

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
    if (bytes.length > CONTENT_MAX_BYTES) refuse();
    const value = parseStrictJson(fromUtf8(bytes));
    if (!isJsonObject(value)) refuse();
    const fields = new Fields(value);
    const inner = readFields(fields.text('t', 1, TYPE_MAX_LENGTH), fields);
    const acks = fields.positions('acks');
    if (inner.t !== 'unsupported') fields.end();
    return { inner, acks };
  });
}
