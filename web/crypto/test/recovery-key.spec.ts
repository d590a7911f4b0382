import {
  formatRecoveryKey,
  newRecoveryKey,
  parseRecoveryKey,
  type RecoveryKey,
  recoverySecret,
} from '@secureconnect/crypto/kdf/recovery-key';
import { nativePrimitives as p } from '@secureconnect/crypto/primitives/native';
import fc from 'fast-check';
import { hex } from './kit/hex.js';
import { refusalOf } from './kit/refusals.js';

const key = (fill: number) => new Uint8Array(32).fill(fill) as RecoveryKey;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('a recovery key', () => {
  it('is written as fourteen groups of four, and read again', async () => {
    const made = newRecoveryKey(p);
    const text = await formatRecoveryKey(p, made);
    expect(text).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){13}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(await parseRecoveryKey(p, text)).toEqual(made);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (bytes) => {
        const written = await formatRecoveryKey(p, new Uint8Array(bytes) as RecoveryKey);
        expect(hex(await parseRecoveryKey(p, written))).toBe(hex(bytes));
      }),
    );
  });

  it('is read in any case, with any spaces and dashes, O for 0, I and L for 1, in fullwidth letters', async () => {
    const text = await formatRecoveryKey(p, key(0x08));
    expect(text).toContain('0');
    const written = [
      text.toLowerCase(),
      text.replaceAll('-', ''),
      text.replaceAll('-', ' \u2013\n\t'),
      text.replaceAll('0', 'O'),
      text.replaceAll('0', 'o').replaceAll('1', 'l'),
      text.replaceAll('1', 'I'),
      text.replaceAll('1', 'i'),
      Array.from(text, (letter) =>
        letter === '-' ? '\u2014' : String.fromCharCode(letter.charCodeAt(0) + 0xfee0),
      ).join(''),
    ];
    for (const one of written) {
      expect(await parseRecoveryKey(p, one)).toEqual(key(0x08));
    }
  });

  it('with one wrong character is a slip, wherever it is', async () => {
    const text = (await formatRecoveryKey(p, key(0x5a))).replaceAll('-', '');
    for (let index = 0; index < text.length; index++) {
      for (const letter of ALPHABET) {
        if (letter === text[index]) continue;
        const slipped = text.slice(0, index) + letter + text.slice(index + 1);
        expect(await refusalOf(() => parseRecoveryKey(p, slipped))).toBe('recovery-key-mistyped');
      }
    }
  });

  it('with two neighbours exchanged, a character too many or too few, or another one, is a slip', async () => {
    const text = await formatRecoveryKey(p, key(0x77));
    for (let index = 0; index + 1 < text.length; index++) {
      const [left, right] = [text[index]!, text[index + 1]!];
      const swapped = text.slice(0, index) + right + left + text.slice(index + 2);
      if (left === right || left === '-' || right === '-') continue;
      expect(await refusalOf(() => parseRecoveryKey(p, swapped))).toBe('recovery-key-mistyped');
    }
    for (const wrong of [
      '',
      text.slice(1),
      `${text}0`,
      text.replace(/.$/, 'U'),
      text.replace(/.$/, '!'),
      '0'.repeat(2_000_000),
    ]) {
      expect(await refusalOf(() => parseRecoveryKey(p, wrong))).toBe('recovery-key-mistyped');
    }
  });

  it('[T-1] gives the server a secret that is bound to the name, and says nothing of the key', async () => {
    const recoveryKey = key(1);
    const secret = await recoverySecret(p, { recoveryKey, username: 'alice' });
    expect(await recoverySecret(p, { recoveryKey, username: 'ALICE' })).toEqual(secret);
    expect(await recoverySecret(p, { recoveryKey, username: 'bobby' })).not.toEqual(secret);
    expect(await recoverySecret(p, { recoveryKey: key(2), username: 'alice' })).not.toEqual(secret);
    expect(hex(secret)).not.toBe(hex(recoveryKey));
    expect(await refusalOf(() => recoverySecret(p, { recoveryKey, username: 'A!' }))).toBe('username-invalid');
  });
});
