import { PROBLEM_CODES } from '@secureconnect/contracts/problem';
import { adminWords } from '../src/app/admin/admin-words';
import { alarmWords, refusalWords, sessionEndWords, stepWords } from '../src/app/keyring/refusal-words';
import type { Alarm, RefusalCode, SessionEnd } from '../src/app/keyring/views';
import { english } from '../src/app/platform/words/english';
import { plural } from '../src/app/platform/words/plural';

const until = (seconds: number) => `in ${seconds} s`;
const refused = (code: RefusalCode, retryAfterSeconds?: number) =>
  refusalWords({ code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }, until);

/** Every text in a catalogue; those that take something are asked with sample values. */
function textsOf(catalogue: unknown): readonly string[] {
  if (typeof catalogue === 'string') return [catalogue];
  if (typeof catalogue === 'function') return [String((catalogue as (...input: unknown[]) => unknown)(2, 3, 4))];
  if (Array.isArray(catalogue)) return catalogue.flatMap(textsOf);
  return Object.values(catalogue as Record<string, unknown>).flatMap(textsOf);
}

describe('the words', () => {
  it('say of every refusal of the server what to do', () => {
    for (const code of PROBLEM_CODES) {
      expect(refused(code)).toMatch(/^[A-Z].{15,}\.$/);
      expect(refused(code)).not.toContain(code.includes('-') ? code : `"${code}"`);
    }
  });

  it('say when one may try again, if somebody knows', () => {
    expect(refused('throttled', 840)).toBe('Too many tries. You can try again at in 840 s.');
    expect(refused('throttled')).toContain('Wait a minute');
    expect(refused('unavailable', 30)).toContain('in 30 s');
  });

  it('hold what the interface promises, to the letter', () => {
    expect(english.signUp.making).toBe('Your keys are being made on this device. They never leave it unsealed.');
    expect(english.connection.offline).toBe('Offline. Messages will be sent when you are back.');
    expect(english.thread.states).toEqual({
      sending: 'Sending',
      encrypted: 'Encrypted',
      accepted: 'Sent',
      delivered: 'Delivered',
      read: 'Read',
      failed: 'Not sent',
    });
    expect(english.thread.unverifiable).toBe('This message could not be verified and is not shown.');
    expect(english.thread.missing(1)).toBe('1 message is missing here.');
    expect(english.thread.lookAgain).toBe('Look again');
    expect(english.composer.held('Bob')).toBe(
      'Bob has new keys. If you did not expect this, compare your safety number before you write.',
    );
    expect(`${english.composer.noCredits} ${english.composer.topUp}`).toBe(
      'You have no credits left. Your text is kept. Ask for a top-up',
    );
  });

  it('raise no voice, leave nothing empty, and bring no jargon', () => {
    const alarms: Alarm['code'][] = [
      'vault-rolled-back',
      'peer-keys-changed',
      'server-answer-refused',
      'replayed',
      'session-reused',
      'history-forked',
      'ledger-refused',
    ];
    const ends: SessionEnd[] = ['you', 'expired', 'reused', 'revoked', 'banned', 'storage-lost'];
    const all = [
      ...textsOf(english),
      ...textsOf(adminWords),
      ...PROBLEM_CODES.map((code) => refused(code)),
      ...alarms.map(alarmWords),
      ...ends.map((end) => sessionEndWords(end, null)),
      stepWords('making-keys'),
    ];
    for (const text of all) {
      expect(text).not.toBe('');
      expect(text).not.toMatch(/!|oops|sorry|please|passphrase|invalid|error|cookie|JWT|nonce|token expired/i);
    }
  });

  it('count in figures, with the form that fits', () => {
    expect(plural(1, 'message', 'messages')).toBe('1 message');
    expect(plural(0, 'message', 'messages')).toBe('0 messages');
    expect(plural(12_408, 'credit', 'credits')).toBe('12,408 credits');
  });
});
