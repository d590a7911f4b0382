import { LIMITS } from '@secureconnect/contracts/limits';
import { packetParser } from '../src/redis-io/packet-parser.js';

const { Decoder } = packetParser;
const placeholder = (num: number) => `{"_placeholder":true,"num":${String(num)}}`;
const packet = (parts: number) =>
  `5${String(parts)}-["e",[${Array.from({ length: parts }, (_, num) => placeholder(num)).join()}]]`;

function decode(parts: readonly Uint8Array[]): unknown[] {
  const decoder = new Decoder();
  const decoded: unknown[] = [];
  decoder.on('decoded', (read) => decoded.push(read));
  decoder.add(packet(parts.length));
  for (const part of parts) decoder.add(part);
  return decoded;
}

describe('reading a packet from a client', () => {
  it('takes a page of entries of a group’s log, and an epoch of the largest group', () => {
    const entries = Array.from({ length: LIMITS.groupEntriesPageMax }, () => Buffer.alloc(LIMITS.groupEntryMaxBytes));
    expect(decode(entries)).toHaveLength(1);
    const wraps = Buffer.alloc(LIMITS.epochWrapBytes * LIMITS.groupMembersMax);
    expect(decode([Buffer.alloc(LIMITS.groupEpochMaxBytes), wraps])).toHaveLength(1);
  });

  it('refuses more parts, and more bytes than a frame may have in all parts together', () => {
    expect(() => decode(Array.from({ length: LIMITS.groupEntriesPageMax + 1 }, () => Buffer.alloc(1)))).toThrow();
    expect(() => decode([Buffer.alloc(LIMITS.socketFrameMaxBytes), Buffer.alloc(1)])).toThrow();
  });

  it('counts each packet by itself', () => {
    const decoder = new Decoder();
    const decoded: unknown[] = [];
    decoder.on('decoded', (read) => decoded.push(read));
    for (let count = 0; count < 5; count++) {
      decoder.add(packet(1));
      decoder.add(Buffer.alloc(LIMITS.socketFrameMaxBytes));
    }
    expect(decoded).toHaveLength(5);
  });
});
