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
