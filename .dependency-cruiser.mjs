/*
 * Who may import whom. Every rule has a name and a sentence; `npm run rules` checks them all.
 * Type-only imports count: a name that crosses a border is a dependency, whether or not it survives compilation.
 */
const five = '(?:auth|messaging-gateway|signaling|credits|admin)';
const inAnyApp = `^services/${five}/src/`;
const areaOf = '^web/src/app/([^/]+)/';

/** Forbids everything but `allowed` (patterns of whole paths) to the modules under `from`. */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed, couldNotResolve: false },
});

const not = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    // the packages
    only(
      'contracts-know-zod-only',
      'The wire is schemas: contracts import zod and nothing else.',
      '^services/contracts/src/',
      ['^services/contracts/src/', '(?:^|/)node_modules/zod/'],
    ),
    not(
      'platform-knows-no-business',
      'Platform is plumbing: of this repository it imports contracts alone.',
      { path: '^services/platform/src/' },
      { path: '^(?:services|web)/', pathNot: '^services/(?:platform|contracts)/src/' },
    ),
    not(
      'services-are-islands',
      'Services meet on the wire: a service imports contracts, platform and itself, never another service.',
      { path: '^services/(auth|messaging-gateway|signaling|credits|admin)/' },
      { path: '^services/', pathNot: ['^services/$1/', '^services/(?:contracts|platform)/src/'] },
    ),
    not(
      'no-server-reaches-the-crypto',
      'Nothing a server runs imports from web/: what opens an envelope lives with the people who write them.',
      { path: '^services/', pathNot: '^services/(?:e2e|bench)/' },
      { path: '^web/' },
    ),
    only(
      'crypto-knows-only-bytes',
      'Crypto imports itself, the strict readers of contracts/signed, @noble/* and hash-wasm: no framework, no network, no Node.',
      '^web/crypto/src/',
      ['^web/crypto/src/', '^services/contracts/src/signed/', '(?:^|/)node_modules/(?:@noble|hash-wasm)/'],
    ),
    only(
      'client-has-no-face',
      'The messenger imports crypto, contracts, socket.io-client and its parser, zod and idb: no framework and no Node, so that it runs anywhere.',
      '^web/client/src/',
      [
        '^web/(?:client|crypto)/src/',
        '^services/contracts/src/',
        '(?:^|/)node_modules/(?:socket\\.io-(?:client|parser)|zod|idb)/',
      ],
    ),
    not(
      'stories-and-bench-use-front-doors',
      'Stories and the benchmark start services by their main.ts as processes; they never import a service’s insides.',
      { path: '^services/(?:e2e|bench)/' },
      { path: `^services/${five}/` },
    ),
    not(
      'stories-and-bench-take-the-testing-kit',
      'Of platform, stories and the benchmark import the testing kit alone, and the words in which stores are declared.',
      { path: '^services/(?:e2e|bench)/' },
      { path: '^services/platform/', pathNot: '^services/platform/src/(?:testing/|store/column-class\\.ts)' },
    ),
    not(
      'launch-knows-processes-not-code',
      'What brings a stack up knows programs, ports and settings: of this repository it imports contracts at most.',
      { path: '^services/launch/(?:src|boot)/' },
      { path: '^(?:services|web)/', pathNot: ['^services/launch/', '^services/contracts/src/'] },
    ),

    // inside a service
    not(
      'store-is-the-only-database-door',
      'TypeORM and the SQLite driver are imported in store/ alone (and in platform’s outbox, a table of every store); everywhere else the store is its repositories.',
      {
        path: '^services/[^/]+/src/',
        pathNot: ['^services/[^/]+/src/store/', '^services/platform/src/(?:outbox|testing)/'],
      },
      { path: '(?:^|/)node_modules/(?:typeorm|@nestjs/typeorm|better-sqlite3)/' },
    ),
    not(
      'entities-stay-in-the-store',
      'An entity is how a row is kept; what leaves the store is a plain type.',
      { path: inAnyApp, pathNot: `${inAnyApp}store/` },
      { path: [`${inAnyApp}store/.+[-.]entit(?:y|ies)\\.ts$`, `${inAnyApp}store/entities/`] },
    ),
    not(
      'nest-stays-at-the-rim',
      'Rules are plain: Nest is imported in *.module|controller|gateway|guard|runner|pipe|filter|interceptor.ts and main.ts alone.',
      {
        path: inAnyApp,
        pathNot: '(?:\\.(?:module|controller|gateway|guard|runner|pipe|filter|interceptor)|/main)\\.ts$',
      },
      { path: '(?:^|/)node_modules/(?:@nestjs/|nestjs-pino/)' },
    ),

    // inside the Angular application
    not(
      'areas-do-not-know-each-other',
      'An area of the app imports itself, keyring, platform and design, never another area.',
      { path: areaOf },
      { path: areaOf, pathNot: ['^web/src/app/$1/', '^web/src/app/(?:keyring|platform|design)/'] },
    ),
    not(
      'foundations-know-no-area',
      'keyring, platform and design carry the areas: they import none, and design knows neither of the others.',
      { path: '^web/src/app/(keyring|platform|design)/' },
      { path: '^web/src/app/(?:keyring|design)/', pathNot: '^web/src/app/$1/' },
    ),
    not(
      'keyring-is-the-only-door-to-keys',
      'Only app/keyring imports the messenger; a page holds no key and no client.',
      { path: '^web/src/', pathNot: '^web/src/app/keyring/' },
      { path: '^web/client/' },
    ),
    not(
      'the-face-never-sees-crypto',
      'The app reaches cryptography through the client, inside the Worker, never by itself.',
      { path: '^web/src/' },
      { path: '^web/crypto/' },
    ),
    not(
      'the-wire-is-read-in-the-worker',
      'Of contracts the page takes types alone: schemas belong where data comes in, in the Worker. What parses makes code at run time, which a page under Trusted Types does not let it try.',
      { path: '^web/src/' },
      { path: '^services/contracts/', dependencyTypesNot: ['type-only'] },
    ),
    not(
      'the-face-knows-no-server',
      'Of services/ the app imports contracts alone.',
      { path: '^web/(?:src|client|crypto)/' },
      { path: '^services/', pathNot: '^services/contracts/src/' },
    ),
    not(
      'admin-is-lazy',
      'The admin area is loaded by a lazy route: whoever is no operator never downloads it.',
      { path: '^web/src/', pathNot: '^web/src/app/admin/' },
      { path: '^web/src/app/admin/', dependencyTypesNot: ['dynamic-import', 'type-only'] },
    ),
    not(
      'rxjs-stays-in-data',
      'Signals carry state; RxJS is imported in data/ alone.',
      { path: '^web/src/app/', pathNot: '/data/' },
      { path: '(?:^|/)node_modules/rxjs/' },
    ),

    // everywhere
    not('no-cycles', 'Two files that need each other are one file, or hide a third.', {}, { circular: true }),
    {
      name: 'no-orphans',
      comment: 'A source file that nothing imports is dead: remove it, or import it where it belongs.',
      severity: 'error',
      from: {},
      module: {
        path: '/src/.*\\.ts$',
        // column-classes.ts is data that the store auditor reads at run time, write-sight.ts is a program
        pathNot: [
          '/main\\.ts$',
          '[-.]worker\\.ts$',
          '\\.d\\.ts$',
          '^services/launch/src/[^/]+\\.ts$',
          '/store/column-classes\\.ts$',
          '^services/e2e/src/audit/write-sight\\.ts$',
        ],
        numberOfDependentsLessThan: 1,
      },
    },
    not('no-index-files', 'A package is entered by its subpaths: no index files.', { path: '/index\\.ts$' }, {}),
    not(
      'no-barrels',
      'A name is imported from the file that defines it: nothing is exported on.',
      { path: '^(?:services|web)/.*src/' },
      { dependencyTypes: ['export'] },
    ),
    not(
      'source-does-not-know-its-tests',
      'Nothing under src/ imports a test, a story or a fixture.',
      { path: '/src/' },
      { path: '/(?:test|stories|golden)/|\\.spec\\.ts$', pathNot: '(?:^|/)node_modules/' },
    ),
    not(
      'declared-dependencies-only',
      'What a package imports stands in its own package.json, not by luck in a neighbour’s.',
      { path: '^(?:services/[^/]+|web|web/[^/]+)/src/' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    not('no-unresolved', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // our own output only: many packages keep their code in dist/
    exclude: {
      path: ['^services/[^/]+/dist/', '^web/[^/]+/dist/', '^web/dist/', '^web/.angular/', '^web/e2e/results/'],
    },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.rules.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
