import { previewOf } from '../src/app/conversations/preview';
import { english } from '../src/app/platform/words/english';
import { message } from './messages';

const words = english.chats;

describe('the line of a chat in the list', () => {
  it('is the newest message, and says when it is one’s own', () => {
    expect(previewOf(message(1), '', words)).toMatchObject({ prefix: '', text: 'text 1' });
    expect(previewOf(message(1, { outgoing: true }), '', words).prefix).toBe('You: ');
  });

  it('is the draft before anything else', () => {
    expect(previewOf(message(1), 'half a thought', words)).toMatchObject({ prefix: 'Draft: ', isDraft: true });
  });

  it('says what was not sent', () => {
    expect(previewOf(message(1, { outgoing: true, state: 'failed' }), '', words)).toMatchObject({
      prefix: 'Not sent: ',
      isFailed: true,
    });
  });

  it('says what became of a call', () => {
    const line = (outcome: 'answered' | 'declined' | 'missed', seconds: number, outgoing = false) =>
      previewOf(message(1, { outgoing, content: { kind: 'call', outcome, seconds } }), '', words).text;
    expect([line('missed', 0), line('missed', 0, true)]).toEqual(['Missed call', 'Call, nobody answered']);
    expect(line('declined', 0)).toBe('Call, declined');
    expect([1, 59, 187, 3_600, 3_840].map((seconds) => line('answered', seconds))).toEqual([
      'Call, 1 second',
      'Call, 59 seconds',
      'Call, 3 min',
      'Call, 1 h',
      'Call, 1 h 4 min',
    ]);
  });

  it('is one line and not a long one', () => {
    const { text } = previewOf(
      message(1, { content: { kind: 'text', body: `a\n\n\tb ${'x'.repeat(10_000)}` } }),
      '',
      words,
    );
    expect(text).toMatch(/^a b x+$/);
    expect(text.length).toBeLessThanOrEqual(140);
  });

  it('shows nothing of what could not be verified', () => {
    const unverifiable = message(1, { content: { kind: 'unverifiable', reason: 'signature' } });
    expect(previewOf(unverifiable, '', words).text).toBe('A message could not be verified');
    expect(previewOf(message(1, { content: { kind: 'missing', count: 1 } }), '', words).text).toBe(
      'A message is missing',
    );
    expect(previewOf(message(1, { content: { kind: 'unsupported' } }), '', words).text).toBe(
      'A message this version cannot show',
    );
    expect(previewOf(null, '', words).text).toBe('No messages yet');
  });
});
