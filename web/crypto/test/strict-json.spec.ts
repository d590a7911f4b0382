import {
  isJsonObject,
  JSON_MAX_DEPTH,
  type JsonValue,
  parseStrictJson,
  StrictJsonError,
} from '@secureconnect/crypto/encoding/strict-json';
import fc from 'fast-check';

/** Maps as plain objects, for comparison. */
function plain(value: JsonValue): unknown {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(plain);
  return isJsonObject(value) ? Object.fromEntries([...value].map(([key, member]) => [key, plain(member)])) : value;
}

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().map((number) => number + 0 || 0),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

describe('strict JSON', () => {
  it('reads what the language writes, as the language reads it', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, '\t'), (written, space) => {
        const text = JSON.stringify(written, null, space);
        expect(plain(parseStrictJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('never reads what the language refuses', () => {
    fc.assert(
      fc.property(value, fc.nat(), fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }), (written, at, noise) => {
        const text = JSON.stringify(written);
        const index = at % (text.length + 1);
        const broken = text.slice(0, index) + noise + text.slice(index + 1);
        let read: unknown;
        try {
          read = plain(parseStrictJson(broken));
        } catch (error) {
          expect(error).toBeInstanceOf(StrictJsonError);
          return;
        }
        expect(read).toEqual(JSON.parse(broken));
      }),
      { numRuns: 500 },
    );
  });

  it('reads a string of 190 kilobytes, escapes and all', () => {
    const long = `${'x'.repeat(95_000)}${'\u0001"\\'.repeat(10_000)}`;
    expect(parseStrictJson(JSON.stringify(long))).toBe(long);
    expect(() => parseStrictJson(`"${'x'.repeat(190_000)}`)).toThrow(StrictJsonError);
  });

  it('reads members under names that mean something to the language as plain names', () => {
    const read = parseStrictJson('{"constructor":1,"toString":2}');
    expect(isJsonObject(read) && read.get('constructor')).toBe(1);
    expect(isJsonObject(read) && read.get('hasOwnProperty')).toBe(undefined);
  });

  const refused: readonly [string, string][] = [
    ['a key twice [T-59]', '{"t":1,"t":1}'],
    ['a key twice, once escaped [T-59]', '{"t":1,"\\u0074":1}'],
    ['__proto__ [T-59]', '{"__proto__":{"t":"text"}}'],
    ['__proto__ in disguise [T-59]', '{"__pr\\u006fto__":1}'],
    ['nesting over the bound [T-59]', '['.repeat(JSON_MAX_DEPTH + 2) + ']'.repeat(JSON_MAX_DEPTH + 2)],
    ['a hundred thousand brackets [T-59]', '['.repeat(100_000)],
    ['a hundred thousand braces [T-59]', '{"a":'.repeat(100_000)],
    ['a fraction', '1.5'],
    ['an exponent', '1e3'],
    ['minus zero', '-0'],
    ['a number that a double rounds', '9007199254740993'],
    ['a number with a leading zero', '01'],
    ['a plus sign', '+1'],
    ['NaN', 'NaN'],
    ['a single quote', "'a'"],
    ['a control character in a string', '"\u0001"'],
    ['a newline in a string', '"\n"'],
    ['an escape that is none', '"\\x41"'],
    ['half an escape', '"\\u00g0"'],
    ['a string without an end', '"abc'],
    ['a comma too many', '[1,]'],
    ['a comma too many in an object', '{"a":1,}'],
    ['a comment', '/* a */1'],
    ['something after the value', '1 1'],
    ['nothing', ''],
    ['space alone', '  '],
    ['a byte order mark', '\ufeff1'],
    ['a key without quotes', '{a:1}'],
    ['a missing colon', '{"a" 1}'],
    ['a vertical tab', '\u000b1'],
  ];
  for (const [what, text] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => parseStrictJson(text)).toThrow(StrictJsonError);
    });
  }

  it('reads nesting up to the bound', () => {
    expect(() => parseStrictJson('['.repeat(JSON_MAX_DEPTH + 1) + ']'.repeat(JSON_MAX_DEPTH + 1))).not.toThrow();
  });
});
