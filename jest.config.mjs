/*
 * One runner, three projects: `unit` needs nothing but Node, `integration` starts Redis and real SQLite files, `stories`
 * drive all services together. Everything is ESM in production; for tests swc turns it into CommonJS, the ESM packages
 * among the dependencies too, because Jest's own ESM mode fails with @nestjs/throttler.
 */
import { readdirSync, readFileSync } from 'node:fs';

const modules = new URL('node_modules/', import.meta.url);

/** The names of installed packages whose `.js` files are ES modules: these pass through swc, the others load as they are. */
const esmPackages = () =>
  readdirSync(modules)
    .filter((name) => !name.startsWith('.') && name !== '@secureconnect')
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(new URL(name, modules)).map((part) => `${name}/${part}`) : name,
    )
    .filter((name) => {
      try {
        return JSON.parse(readFileSync(new URL(`${name}/package.json`, modules), 'utf8')).type === 'module';
      } catch {
        return false;
      }
    });

const typescript = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      useDefineForClassFields: false,
      verbatimModuleSyntax: true,
    },
  },
  module: { type: 'commonjs' },
};

const javascript = { jsc: { target: 'es2023', parser: { syntax: 'ecmascript' } }, module: { type: 'commonjs' } };

const project = (displayName, testMatch, testPathIgnorePatterns = []) => ({
  displayName,
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testMatch,
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...testPathIgnorePatterns],
  modulePathIgnorePatterns: ['/dist/', String.raw`/\.angular/`, '<rootDir>/data/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: {
    '^@secureconnect/(crypto|client)/(.*)$': '<rootDir>/web/$1/src/$2',
    '^@secureconnect/([a-z0-9-]+)/(.*)$': '<rootDir>/services/$1/src/$2',
    [String.raw`^(\.{1,2}/.*)\.js$`]: ['$1.ts', '$1.js'],
  },
  transform: {
    [String.raw`\.ts$`]: ['@swc/jest', typescript],
    [String.raw`\.m?js$`]: ['@swc/jest', javascript],
  },
  transformIgnorePatterns: [`/node_modules/(?!.*/node_modules/)(?!(?:${esmPackages().join('|')})/).+\\.js$`],
});

/** Specs that take a defence out of the client for a while. */
const switchable = (settings) => ({
  ...settings,
  setupFiles: ['<rootDir>/services/e2e/mallory/switchable-modules.ts'],
});

export default {
  maxWorkers: 2,
  testSequencer: '<rootDir>/services/launch/boot/slowest-first.mjs',
  // Long enough for the slowest of machines: what is wrong fails by what it says, not by the clock.
  testTimeout: 60_000,
  projects: [
    project(
      'unit',
      ['<rootDir>/{services,web}/*/test/**/*.spec.ts', '<rootDir>/web/test/**/*.spec.ts'],
      ['/test/integration/'],
    ),
    project('integration', ['<rootDir>/{services,web}/*/test/integration/**/*.spec.ts']),
    project('stories', ['<rootDir>/services/e2e/stories/**/*.spec.ts']),
    // with and without the defences
    switchable(project('mallory', ['<rootDir>/services/e2e/mallory/**/*.spec.ts'])),
    switchable(project('model', ['<rootDir>/services/e2e/model/**/*.spec.ts'])),
    project('compose', ['<rootDir>/services/e2e/compose/**/*.spec.ts']),
  ],
};
