import type { Bytes32, FixedBytes } from '@secureconnect/contracts/signed/bytes';
import { readLedgerMark, writeLedgerMark } from '@secureconnect/crypto/vault/ledger-mark';

const mark = {
  publicKey: new Uint8Array(32).fill(1) as Bytes32,
  line: 7,
  hash: new Uint8Array(32).fill(2) as Bytes32,
  balance: 493,
  atMs: 1_795_000_000_000,
  signature: new Uint8Array(64).fill(3) as FixedBytes<64>,
};

describe('what is remembered of the account of credits', () => {
  it('comes back as it was written', () => {
    for (const change of [{}, { balance: 0 }, { balance: -12 }, { line: 0, hash: new Uint8Array(32) as Bytes32 }]) {
      expect(readLedgerMark(writeLedgerMark({ ...mark, ...change }))).toEqual({ ...mark, ...change });
    }
  });

  it('comes back in no other form', () => {
    const bytes = writeLedgerMark(mark);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readLedgerMark(bytes.subarray(0, length))).toThrow('truncated');
    }
    expect(() => readLedgerMark(Uint8Array.of(...bytes, 0))).toThrow('too-large');
    expect(() => readLedgerMark(Uint8Array.of(2, ...bytes.subarray(1)))).toThrow('unknown-version');
    const patched = (at: number, value: number) =>
      Uint8Array.from(bytes, (byte, index) => (index === at ? value : byte));
    expect(() => readLedgerMark(patched(73, 2))).toThrow('out-of-range');
    const none = writeLedgerMark({ ...mark, balance: 0 });
    expect(() => readLedgerMark(Uint8Array.from(none, (byte, at) => (at === 73 ? 1 : byte)))).toThrow('out-of-range');
    expect(() => writeLedgerMark({ ...mark, balance: 0.5 })).toThrow();
    expect(() => writeLedgerMark({ ...mark, line: -1 })).toThrow();
  });
});
