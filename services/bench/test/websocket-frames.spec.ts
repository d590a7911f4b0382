import { BINARY, clientFrame, ServerFrames, TEXT } from '../src/wire/websocket-frames.js';

/** A server's frame: RFC 6455 without the mask. */
function serverFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

function read(stream: Buffer, step: number): { opcode: number; payload: Buffer }[] {
  const seen: { opcode: number; payload: Buffer }[] = [];
  const frames = new ServerFrames((opcode, payload) => seen.push({ opcode, payload: Buffer.from(payload) }));
  for (let at = 0; at < stream.length; at += step) frames.push(stream.subarray(at, at + step));
  return seen;
}

describe('frames of a server', () => {
  const sent = [0, 1, 125, 126, 4_300, 65_535, 65_536].map((length, index) => ({
    opcode: index % 2 === 0 ? TEXT : BINARY,
    payload: Buffer.alloc(length, index + 1),
  }));
  const stream = Buffer.concat(sent.map(({ opcode, payload }) => serverFrame(opcode, payload)));

  it.each([7, 1_000, 65_536, 1_000_000])('are the same however they are cut (%i bytes)', (step) => {
    const seen = read(stream, step);
    expect(seen.map(({ opcode, payload }) => [opcode, payload.length])).toEqual(
      sent.map(({ opcode, payload }) => [opcode, payload.length]),
    );
    expect(seen.every(({ payload }, index) => payload.equals(sent[index]!.payload))).toBe(true);
  });

  it('are the same when every byte comes alone', () => {
    const short = Buffer.concat([serverFrame(TEXT, Buffer.from('2')), serverFrame(BINARY, Buffer.alloc(130, 1))]);
    expect(read(short, 1).map(({ payload }) => payload.length)).toEqual([1, 130]);
  });

  it('that come in pieces or masked are refused', () => {
    expect(() => read(Buffer.from([0x01, 1, 65]), 3)).toThrow('in pieces');
    expect(() => read(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 65]), 7)).toThrow('masked');
  });
});

describe('a frame of a client', () => {
  it.each([
    [5, 2],
    [125, 2],
    [126, 4],
    [4_300, 4],
    [70_000, 10],
  ])('of %i bytes says its length, is masked with zeros, and carries the bytes as they are', (length, head) => {
    const payload = Buffer.alloc(length, 7);
    const frame = clientFrame(BINARY, payload);
    expect(frame).toHaveLength(head + 4 + length);
    expect(frame[0]).toBe(0x82);
    expect(frame[1]! & 0x80).toBe(0x80);
    expect(frame.subarray(head, head + 4)).toEqual(Buffer.alloc(4));
    expect(frame.subarray(head + 4).equals(payload)).toBe(true);
  });
});
