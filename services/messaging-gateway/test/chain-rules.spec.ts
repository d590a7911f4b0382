import { placeMessage, type AdmittedMessage, type ChainHead } from '../src/mailbox/chain-rules.js';

const hash = (fill: number) => new Uint8Array(32).fill(fill);

function message(senderSeq: number, previousHash = hash(0)): AdmittedMessage {
  return { messageId: 'a'.repeat(32), senderSeq, previousHash, hash: hash(9) } as AdmittedMessage;
}

describe('placing a message', () => {
  const head: ChainHead = { senderSeq: 4, hash: hash(4) };

  it('stores the first of a device, and the one that continues its chain', () => {
    expect(placeMessage(message(1), null, null).outcome).toBe('stored');
    expect(placeMessage(message(5, hash(4)), null, head).outcome).toBe('stored');
  });

  it.each([
    ['a first message that is not number 1', message(2, hash(1)), null],
    ['a number left out', message(6, hash(4)), head],
    ['a number used before', message(4, hash(3)), head],
    ['a chain begun anew', message(1), head],
    ['another predecessor', message(5, hash(3)), head],
  ])('refuses %s', (_, refused, at) => {
    expect(placeMessage(refused, null, at)).toEqual({ outcome: 'sequence-gap' });
  });

  it('repeats its answer for the same bytes, wherever the chain stands by now', () => {
    const known = { hash: hash(9), seq: 17, acceptedAtMs: 1 };
    expect(placeMessage(message(1), known, head)).toEqual({ outcome: 'repeated', seq: 17, acceptedAtMs: 1 });
  });

  it('refuses other bytes under a known id', () => {
    const known = { hash: hash(8), seq: 17, acceptedAtMs: 1 };
    expect(placeMessage(message(5, hash(4)), known, head)).toEqual({ outcome: 'message-id-taken' });
  });
});
