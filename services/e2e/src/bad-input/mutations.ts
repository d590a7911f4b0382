/** One way in which a request can be wrong, and its body as it goes over the wire. */
export interface BadBody {
  readonly how: string;
  /** Raw text: also what no serializer would write. */
  readonly text: string;
}

const WRONG_VALUES: readonly [string, unknown][] = [
  ['null', null],
  ['a number', 7],
  ['a negative number', -1],
  ['a fraction', 0.5],
  ['a boolean', true],
  ['an object', {}],
  ['a list', [[]]],
  ['an empty text', ''],
  ['a text with NUL', 'a\0b'],
  ['markup', '<script>alert(1)</script>'],
  ['SQL', "' OR 1=1 --"],
  ['a path', '../../etc/passwd'],
  ['half a surrogate', '\ud800'],
  ['a long text', 'x'.repeat(20_000)],
];

/** Every single fault of a body: fields missing, of wrong types, too long, too many; `__proto__`; no object; no JSON; 2 MB and more. */
export function badBodies(good: Readonly<Record<string, unknown>>): BadBody[] {
  const bodies: BadBody[] = [];
  const add = (how: string, value: unknown) => bodies.push({ how, text: JSON.stringify(value) });
  for (const field of Object.keys(good)) {
    const { [field]: _, ...rest } = good;
    add(`without ${field}`, rest);
    for (const [what, value] of WRONG_VALUES) add(`${field} is ${what}`, { ...good, [field]: value });
  }
  add('a field too many', { ...good, isAdmin: true });
  const text = JSON.stringify(good).slice(1);
  const comma = text === '}' ? '' : ',';
  bodies.push({ how: '__proto__', text: `{"__proto__":{"isAdmin":true}${comma}${text}` });
  bodies.push({ how: 'constructor', text: `{"constructor":{"prototype":{"isAdmin":true}}${comma}${text}` });
  for (const [what, value] of [
    ['null', null],
    ['a list', [good]],
    ['a text', 'body'],
    ['a number', 1],
  ] as const)
    add(`the body is ${what}`, value);
  bodies.push({ how: 'broken JSON', text: `{${text.slice(0, -1)}` });
  bodies.push({ how: 'endless nesting', text: '['.repeat(100_000) });
  bodies.push({ how: '2 MB and more', text: `{"isAdmin":"${'x'.repeat(2_300_000)}"${comma}${text}` });
  return bodies;
}

/** The same for a command of a socket, where a body is a value. */
export function badCommands(
  good: Readonly<Record<string, unknown>>,
): { readonly how: string; readonly body: unknown }[] {
  const bodies: { how: string; body: unknown }[] = [
    { how: 'no body', body: undefined },
    { how: 'null', body: null },
    { how: 'a text', body: 'body' },
    { how: 'a list', body: [good] },
    { how: 'bytes', body: Buffer.alloc(500) },
    { how: 'a field too many', body: { ...good, isAdmin: true } },
    { how: '__proto__', body: { ...good, ...(JSON.parse('{"__proto__":{"isAdmin":true}}') as object) } },
  ];
  for (const field of Object.keys(good)) {
    const { [field]: _, ...rest } = good;
    bodies.push({ how: `without ${field}`, body: rest });
    for (const [what, value] of WRONG_VALUES)
      bodies.push({ how: `${field} is ${what}`, body: { ...good, [field]: value } });
    for (const [what, value] of [
      ['no bytes', Buffer.alloc(0)],
      ['some bytes', Buffer.alloc(3_000, 7)],
      ['many bytes', Buffer.alloc(290_000, 7)],
    ] as const) {
      bodies.push({ how: `${field} is ${what}`, body: { ...good, [field]: value } });
    }
  }
  return bodies;
}

/** Ids and names that are none, as they stand in a path. */
export const BAD_PATH_PARTS = [
  '%00',
  '..%2f..%2fvault',
  '%2e%2e',
  'A'.repeat(32),
  '0'.repeat(31),
  '0'.repeat(33),
  'g'.repeat(32),
  '<script>',
  "' OR 1=1 --",
  '__proto__',
  'constructor',
  '%f0%9f%92%a9',
  'x'.repeat(4_000),
].map((part) => (part.includes('%') ? part : encodeURIComponent(part)));
