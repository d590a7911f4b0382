import { frameNumber, numberFrame, numberMessageId } from '../src/load/frames.js';
import { TrialRecord } from '../src/load/trial-record.js';

const SEATS = 4;
const START = 1_000;
/** 10 messages a second: one is due every 100 ms. */
const RATE = 10;

function frames(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const frame = Buffer.alloc(64, 7);
    numberFrame(frame, index);
    return frame;
  });
}

function recordOf(count: number, { warmUpMs = 0, storesSequence = true } = {}) {
  const all = frames(count);
  const frame = (index: number) => all[index]!;
  const record = new TrialRecord({ messages: count, seats: SEATS, rate: RATE, warmUpMs, frame, storesSequence });
  record.begin(START);
  /** Sends, acknowledges after 5 ms and delivers after 8 ms, each by the time it was due. */
  const carry = (index: number, seq: number) => {
    record.noteSent();
    record.noteAcknowledged(index, { ok: true, seq }, record.dueAt(index) + 5);
    record.noteArrived((index % SEATS) ^ 1, frame(index), record.dueAt(index) + 8);
  };
  return { record, frame, carry };
}

describe('the record of a trial', () => {
  it('counts from when a message was due, not from when it left', () => {
    const { record, frame } = recordOf(1);
    expect(record.dueAt(0)).toBe(START);
    record.noteSent();
    record.noteAcknowledged(0, { ok: true, seq: 1 }, START + 120);
    record.noteArrived(1, frame(0), START + 130);
    expect(record.outcome(0, 0)).toMatchObject({ delivery: { p50: 130, max: 130 }, ack: { p50: 120 } });
  });

  it('is complete when everything is answered and everything accepted has arrived', () => {
    const { record, frame } = recordOf(2);
    record.noteSent();
    record.noteAcknowledged(0, { ok: true, seq: 1 }, START);
    expect(record.isComplete).toBe(false);
    record.noteArrived(1, frame(0), START);
    expect(record.isComplete).toBe(true);
    record.noteSent();
    expect(record.isComplete).toBe(false);
    record.noteAcknowledged(1, { ok: false, code: 'unavailable' }, START);
    expect(record.isComplete).toBe(true);
    expect(record.outcome(0, 0)).toMatchObject({ refused: { unavailable: 1 }, acknowledged: 1, delivered: 1 });
  });

  it('leaves the warm-up out of the percentiles, and in everything else', () => {
    const { record, frame, carry } = recordOf(4, { warmUpMs: 200 });
    record.noteSent();
    record.noteAcknowledged(0, { ok: true, seq: 1 }, START + 5_000);
    record.noteArrived(1, frame(0), START + 5_000);
    [1, 2, 3].forEach((index) => carry(index, index < 2 ? 2 : index - 1));
    expect(record.outcome(0, 0)).toMatchObject({ sent: 4, delivered: 4, delivery: { max: 8 }, ack: { max: 5 } });
  });

  it('counts what the sender was not told and what did not arrive', () => {
    const { record, carry } = recordOf(8);
    carry(0, 1);
    record.noteSent();
    record.noteSent();
    record.noteAcknowledged(2, { ok: true, seq: 1 }, START);
    expect(record.outcome(0, 0)).toMatchObject({ sent: 3, acknowledged: 2, delivered: 1, unanswered: 1 });
    expect(record.outcome(0, 0).accepted).toEqual([1, 0, 1, 0]);
  });

  it('counts a second arrival as a duplicate, and the sender’s own copy as nothing', () => {
    const { record, frame, carry } = recordOf(4);
    carry(0, 1);
    record.noteArrived(0, frame(0), START);
    expect(record.outcome(0, 0)).toMatchObject({ delivered: 1, duplicated: 0 });
    record.noteArrived(1, frame(0), START);
    expect(record.outcome(0, 0)).toMatchObject({ delivered: 1, duplicated: 1 });
  });

  it('counts what overtakes an earlier message of the same sender', () => {
    const { record, frame } = recordOf(8);
    record.noteArrived(1, frame(4), START);
    record.noteArrived(3, frame(2), START);
    expect(record.outcome(0, 0).misordered).toBe(0);
    record.noteArrived(1, frame(0), START);
    expect(record.outcome(0, 0).misordered).toBe(1);
  });

  it.each([
    ['changed bytes', (frame: Buffer) => frame.fill(8, 40)],
    ['fewer bytes', (frame: Buffer) => frame.subarray(0, 40)],
    ['none at all', () => Buffer.alloc(0)],
    ['a number that was not sent', (frame: Buffer) => (numberFrame(frame, 99), frame)],
  ])('counts %s as damage', (_, change) => {
    const { record, frame } = recordOf(4);
    record.noteArrived(1, change(Buffer.from(frame(0))), START);
    expect(record.outcome(0, 0)).toMatchObject({ delivered: 0, damaged: 1 });
  });

  it('counts what reaches another pair as damage', () => {
    const { record, frame } = recordOf(4);
    record.noteArrived(2, frame(0), START);
    expect(record.outcome(0, 0)).toMatchObject({ delivered: 0, damaged: 1 });
  });

  it.each([
    ['a gap', [1, 2, 4]],
    ['a repetition', [1, 2, 2]],
    ['nothing but zeros', [0]],
  ])('counts a conversation whose positions have %s', (_, seqs) => {
    const { record } = recordOf(12);
    seqs.forEach((seq, index) => record.noteAcknowledged(index * SEATS, { ok: true, seq }, START));
    record.noteAcknowledged(2, { ok: true, seq: 7 }, START);
    expect(record.outcome(0, 0).brokenSequences).toBe(1);
  });

  it('takes a conversation’s positions in any order and from any first one', () => {
    const { record } = recordOf(12);
    [
      [0, 12],
      [1, 11],
      [4, 13],
    ].forEach(([index, seq]) => record.noteAcknowledged(index!, { ok: true, seq: seq! }, START));
    expect(record.outcome(0, 0).brokenSequences).toBe(0);
  });
});

describe('the number in a frame', () => {
  it('is where the number of a message id lies in an envelope', () => {
    const id = new Uint8Array(16).fill(9);
    numberMessageId(id, 70_000);
    const envelope = Buffer.concat([Buffer.alloc(22), id, Buffer.alloc(30)]);
    expect(frameNumber(envelope)).toBe(70_000);
    expect([...id.subarray(0, 12)]).toEqual(new Array(12).fill(9));
  });
});
