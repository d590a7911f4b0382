import { existsSync, readFileSync } from 'node:fs';

// In Chromium the runner answers these two functions of node:fs from files that it was given (chromium/run.mjs).

const goldenFolder = new URL('../golden/', import.meta.url);
const wycheproofFolder = new URL('../../../../../shared/vectors/wycheproof/', import.meta.url);

/** A frozen file of `golden/`. */
export function golden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, goldenFolder), 'utf8'));
}

/** Whether the vectors of C2SP/wycheproof lie beside the repository, in `../shared/vectors/wycheproof`. */
export const wycheproofIsHere = existsSync(new URL('aes_gcm_test.json', wycheproofFolder));

/** The groups of one file of vectors. */
export function wycheproof(name: string): readonly unknown[] {
  const file = JSON.parse(readFileSync(new URL(name, wycheproofFolder), 'utf8')) as { testGroups: readonly unknown[] };
  return file.testGroups;
}
