import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../../../../', import.meta.url);
/** Where kit/files.ts thinks it is, once it is inside a bundle for Node. */
const filesModule = new URL('../kit/files.ts', import.meta.url).href;
const passedInFiles = readFileSync(new URL('passed-in-files.mjs', import.meta.url), 'utf8');

/** The packages' sources instead of their builds, as Jest maps them too. */
const sources = {
  name: 'sources',
  setup(setup) {
    setup.onResolve({ filter: /^@secureconnect\/(crypto|contracts)\// }, ({ path }) => {
      const [, name, file] = /^@secureconnect\/([a-z]+)\/(.*)$/.exec(path);
      const folder = name === 'crypto' ? 'web/crypto/src/' : 'services/contracts/src/';
      return { path: fileURLToPath(new URL(`${folder}${file}.ts`, root)) };
    });
  },
};

/** A module of which everything can be read and called, and gives nothing: `expect` loads modules of Node that it never needs here. */
const NOTHING = `
  const nothing = new Proxy(function () {}, {
    apply: () => nothing,
    get: (_, name) => (name === Symbol.toPrimitive ? () => '' : name === Symbol.iterator ? function* () {} : nothing),
    construct: () => nothing,
  });
  module.exports = nothing;
`;

/** Node's modules in a browser: `node:fs` answers from the files that the runner passes in. */
const nodeInBrowser = {
  name: 'node-in-browser',
  setup(setup) {
    const names = new Set([...builtinModules, 'graceful-fs']);
    const contents = { fs: passedInFiles, process: 'module.exports = globalThis.process;' };
    setup.onResolve({ filter: /.*/ }, ({ path }) => {
      const name = path.replace(/^node:/, '');
      return names.has(name) ? { path: name, namespace: 'node' } : undefined;
    });
    setup.onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: contents[path] ?? NOTHING,
      loader: 'js',
    }));
  },
};

/** One script that holds `entry` (a file, or source text that imports from `folder`) and everything it imports. */
export async function bundleTests({ entry, contents, folder, platform }) {
  const { outputFiles } = await build({
    ...(entry === undefined
      ? { stdin: { contents, resolveDir: fileURLToPath(folder), loader: 'ts' } }
      : { entryPoints: [fileURLToPath(entry)] }),
    bundle: true,
    write: false,
    format: 'esm',
    platform: platform === 'node' ? 'node' : 'browser',
    target: 'es2023',
    plugins: platform === 'node' ? [sources] : [sources, nodeInBrowser],
    define:
      platform === 'node'
        ? { 'import.meta.url': JSON.stringify(filesModule) }
        : { __dirname: '"/"', global: 'globalThis' },
    logLevel: 'error',
  });
  return outputFiles[0].text;
}
