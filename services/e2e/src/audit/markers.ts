import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formsOf } from '../invariants/text-forms.js';

/** Something that was planted, and the one service whose store may show it: null where none may. */
export interface Marker {
  readonly text: string;
  readonly allowedIn: string | null;
}

/**
 * Reads a list of markers, one a line; `# ...` is a remark. `<marker>` may be nowhere; `<marker> in auth` stands in a field that is
 * declared plain in auth's store, and may be there alone.
 * @throws Error for a marker under 8 characters: it would be found by chance
 */
export function readMarkers(text: string): Marker[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, marker = line, allowedIn = null] = /^(\S+) in (\S+)$/.exec(line) ?? [];
      if (Buffer.byteLength(marker) < 8) throw new Error(`the marker ${marker} is too short to look for`);
      return { text: marker, allowedIn };
    });
}

/**
 * Where markers stand that they may not stand: every file of a data folder but its secrets, which are not about people. SQLite files
 * with their WAL, logs, what Redis has dumped; raw, hex, base64 and base64url.
 * @param folder - a data folder, as `npm start` or a test makes it
 */
export function misplacedMarkers(folder: string, markers: readonly Marker[]): string[] {
  const sought = markers.map(({ text, allowedIn }) => ({ text, allowedIn, forms: formsOf(Buffer.from(text)) }));
  const faults: string[] = [];
  for (const file of filesBelow(folder, join(folder, 'secrets'))) {
    const content = readFileSync(file);
    for (const { text, allowedIn, forms } of sought) {
      const isAllowed = allowedIn !== null && basename(file).startsWith(`${allowedIn}.sqlite`);
      if (!isAllowed && forms.some((form) => content.includes(form)))
        faults.push(`${file.slice(folder.length + 1)}: holds the marker ${text}`);
    }
  }
  return faults;
}

/** Markers that stand nowhere although a plain field was to hold them: the search, or the planting, does not work. */
export function unseenMarkers(folder: string, markers: readonly Marker[]): string[] {
  return markers
    .filter(({ allowedIn }) => allowedIn !== null)
    .filter(({ text, allowedIn }) => {
      const stores = ['', '-wal'].map((end) => join(folder, 'stores', `${allowedIn!}.sqlite${end}`)).filter(existsSync);
      const forms = formsOf(Buffer.from(text));
      return !stores.some((file) => forms.some((form) => readFileSync(file).includes(form)));
    })
    .map(({ text, allowedIn }) => `stores/${allowedIn!}.sqlite: does not hold the marker ${text}, which it should`);
}

function filesBelow(folder: string, except: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (path === except) return [];
    // A WAL may go while we look.
    const about = statSync(path, { throwIfNoEntry: false });
    if (about?.isDirectory() === true) return filesBelow(path, except);
    return about?.isFile() === true ? [path] : [];
  });
}
