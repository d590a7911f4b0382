import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROTOCOL_VERSION } from '@secureconnect/contracts/limits';
import { wireFiles } from './wire.js';

/*
 * The wire, frozen: one JSON per schema and version. A change of a schema fails here until it is meant:
 * `npm run golden -w @secureconnect/contracts` writes the new form, and the diff shows what clients and servers in the field will meet.
 * Files of earlier versions are never written again.
 */
const GOLDEN = join(__dirname, '..', 'golden');
const updating = process.env.UPDATE_GOLDEN === '1';

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(GOLDEN.length + 1));
}

function update(files: ReadonlyMap<string, string>): void {
  rmSync(join(GOLDEN, `v${String(PROTOCOL_VERSION)}`), { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(GOLDEN, path)), { recursive: true });
    writeFileSync(join(GOLDEN, path), text);
  }
}

describe('the wire', () => {
  let files: ReadonlyMap<string, string>;

  beforeAll(async () => {
    files = await wireFiles();
    if (updating) update(files);
  });

  it('has a golden file for every schema, constant and event map, and no other', () => {
    expect(filesIn(join(GOLDEN, `v${String(PROTOCOL_VERSION)}`)).sort()).toEqual([...files.keys()].sort());
  });

  it('says what its golden files say', () => {
    const changed = [...files].filter(([path, text]) => {
      const file = join(GOLDEN, path);
      return !existsSync(file) || readFileSync(file, 'utf8') !== text;
    });
    expect(changed.map(([path]) => path)).toEqual([]);
  });

  it('bounds every text, list, map and number', () => {
    for (const [path, text] of files) {
      if (path.endsWith('/constants.json') || path.endsWith('/events.json')) continue;
      expect({ path, unbounded: unboundedParts(JSON.parse(text), '') }).toEqual({ path, unbounded: [] });
    }
  });

  it('takes no object with fields beyond its own, the claims of a token aside', () => {
    for (const [path, text] of files) {
      if (path.endsWith('/constants.json') || path.endsWith('/events.json')) continue;
      const open = openObjects(JSON.parse(text), '');
      expect({ path, open }).toEqual({ path, open: path.endsWith('auth/AccessClaims.json') ? [''] : [] });
    }
  });
});

type Json = Record<string, unknown>;

function inside(schema: unknown, at: string, visit: (part: Json, at: string) => string[]): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap((part, index) => inside(part, `${at}/${String(index)}`, visit));
  const below = Object.entries(schema as Json).flatMap(([name, part]) => inside(part, `${at}/${name}`, visit));
  return [...visit(schema as Json, at), ...below];
}

/** Texts without a longest length (or a pattern of fixed length), lists without a most, numbers without a largest. */
function unboundedParts(schema: unknown, root: string): string[] {
  return inside(schema, root, (part, at) => {
    switch (part.type) {
      case 'string': {
        const fixed = /^\^\[0-9a-f\]\{\d+\}\$$/.test(String(part.pattern));
        return fixed || 'maxLength' in part || 'enum' in part || 'const' in part ? [] : [at];
      }
      case 'array':
        return 'maxItems' in part ? [] : [at];
      case 'integer':
      case 'number':
        return 'maximum' in part || 'const' in part ? [] : [at];
      default:
        return [];
    }
  });
}

function openObjects(schema: unknown, root: string): string[] {
  return inside(schema, root, (part, at) =>
    part.type === 'object' && part.additionalProperties === undefined ? [at] : [],
  );
}
