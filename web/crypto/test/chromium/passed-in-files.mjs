// Takes the place of node:fs in Chromium: `testFiles` holds what run.mjs has read, by file name.
const named = (path) => globalThis.testFiles?.[String(path).split('/').at(-1)];

export const existsSync = (path) => named(path) !== undefined;

export function readFileSync(path) {
  const content = named(path);
  if (content === undefined) throw new Error(`not passed in: ${path}`);
  return content;
}

export default { existsSync, readFileSync };
