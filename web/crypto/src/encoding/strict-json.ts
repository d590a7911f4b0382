/** A parsed value. Objects are Maps, so that no key means anything to the language (`__proto__`, THREATS 59). */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** Thrown for a text that is not JSON, or JSON that honest clients do not write. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
}

/** Nesting that is still read. */
export const JSON_MAX_DEPTH = 8;

/**
 * What a string may hold between its quotes (RFC 8259 section 7): no quote, backslash or control character but by an escape. Sticky, as
 * the others are: at the reader's place or nowhere.
 */
const STRING = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const INTEGER = /-?(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y;
const SPACE = /[ \t\n\r]*/y;

class Parser {
  private position = 0;
  constructor(private readonly text: string) {}

  whole(): JsonValue {
    const value = this.value(0);
    this.match(SPACE);
    if (this.position !== this.text.length) throw new StrictJsonError('something follows the value');
    return value;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.position += found.length;
    return found;
  }

  private next(token: string): boolean {
    this.match(SPACE);
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  private expect(token: string): void {
    if (!this.next(token)) throw new StrictJsonError('unexpected character');
  }

  private value(depth: number): JsonValue {
    if (depth > JSON_MAX_DEPTH) throw new StrictJsonError('too deep');
    this.match(SPACE);
    if (this.next('{')) return this.object(depth);
    if (this.next('[')) return this.array(depth);
    if (this.next('null')) return null;
    if (this.next('true')) return true;
    if (this.next('false')) return false;
    if (this.text[this.position] === '"') return this.string();
    const number = Number(this.match(INTEGER) ?? NaN);
    // the protocol has no fractions, and no number that a double would round
    if (!Number.isSafeInteger(number) || Object.is(number, -0)) throw new StrictJsonError('not a value');
    return number;
  }

  private string(): string {
    const quoted = this.match(STRING);
    if (quoted === null) throw new StrictJsonError('not a string');
    // the pattern admits a JSON string and nothing else, so the built-in reader resolves its escapes
    return JSON.parse(quoted) as string;
  }

  private array(depth: number): readonly JsonValue[] {
    const values: JsonValue[] = [];
    if (this.next(']')) return values;
    do values.push(this.value(depth + 1));
    while (this.next(','));
    this.expect(']');
    return values;
  }

  private object(depth: number): JsonObject {
    const members = new Map<string, JsonValue>();
    if (this.next('}')) return members;
    do {
      this.match(SPACE);
      const key = this.string();
      if (members.has(key) || key === '__proto__') throw new StrictJsonError('key refused');
      this.expect(':');
      members.set(key, this.value(depth + 1));
    } while (this.next(','));
    this.expect('}');
    return members;
  }
}

/**
 * Reads a whole JSON text (RFC 8259) more strictly than the language does: no key twice, no `__proto__`, at most eight levels,
 * integers alone. The caller bounds its size. @throws StrictJsonError
 */
export function parseStrictJson(text: string): JsonValue {
  return new Parser(text).whole();
}

/** Whether `value` is an object. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}
