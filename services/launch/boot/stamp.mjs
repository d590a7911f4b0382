import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Folders whose content is made, or is for tests only. */
const LEFT_OUT = new Set(['node_modules', 'dist', '.angular', 'test', 'e2e', 'stories', 'golden', 'data', '.git']);

/**
 * Paths of all files below a folder, sorted; made things, tests and texts are left out.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !LEFT_OUT.has(entry.name) && !entry.name.endsWith('.md'))
    .flatMap((entry) => (entry.isDirectory() ? sourceFiles(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

/**
 * One hash (hex) of the names and contents of files, and of what else the result depends on.
 *
 * @param {string} root
 * @param {readonly string[]} files
 * @param {readonly string[]} [besides]
 */
export function hashFiles(root, files, besides = []) {
  const hash = createHash('sha256').update(besides.join('\n'));
  for (const file of files) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @param {string} hash
 */
export function isStamped(path, hash) {
  try {
    return readFileSync(path, 'utf8') === hash;
  } catch {
    return false;
  }
}

/**
 * @param {string} path
 * @param {string} hash
 */
export function stamp(path, hash) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, hash);
}
