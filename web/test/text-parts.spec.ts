import fc from 'fast-check';
import { textParts } from '../src/app/conversations/text-parts';

const kinds = (text: string) => textParts(text).map(({ kind, text: shown }) => [kind, shown]);
const hrefs = (text: string) => textParts(text).flatMap((part) => (part.kind === 'link' ? [part.href] : []));

describe('the parts of a text', () => {
  it('are one text where there is nothing else', () => {
    expect(kinds('just words')).toEqual([['text', 'just words']]);
    expect(kinds('')).toEqual([]);
  });

  it('find an address, and leave the end of the sentence to the sentence', () => {
    expect(kinds('see https://example.org/a?b=1. Or not')).toEqual([
      ['text', 'see '],
      ['link', 'https://example.org/a?b=1'],
      ['text', '. Or not'],
    ]);
    expect(hrefs('(https://example.org/x_(y))')).toEqual(['https://example.org/x_(y)']);
  });

  it('show an address in other letters as the browser goes to it', () => {
    expect(kinds('https://еxample.org')).toEqual([['link', 'https://xn--xample-2of.org/']]);
  });

  it('take nothing for an address that is not http or https, or that hides its host behind a name', () => {
    for (const text of [
      'javascript:alert(1)',
      'data:text/html,x',
      'ftp://example.org',
      'https://',
      'https://good.example@evil.example/',
      'https://user:pass@evil.example/',
    ]) {
      expect(hrefs(text)).toEqual([]);
    }
  });

  it('keep code as it is, with no address in it', () => {
    expect(kinds('run `curl https://example.org` now')).toEqual([
      ['text', 'run '],
      ['code', 'curl https://example.org'],
      ['text', ' now'],
    ]);
    expect(kinds('```js\nlet a = 1;\n```')).toEqual([['block', 'let a = 1;']]);
  });

  it('lose nothing of any text but the marks around code', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const plain = text.replaceAll('`', '');
        expect(
          textParts(plain)
            .map((part) => part.text)
            .join(''),
        ).toBe(plain);
      }),
    );
  });

  it('take no longer than the text is long', () => {
    const long = '```'.repeat(2_000) + '`'.repeat(4_000) + 'https://'.repeat(2_000);
    expect(textParts(long).length).toBeLessThan(1_000);
  });
});
