// What `npm start` runs. Before anything else the version of Node: what is imported after it needs at least this one.
var MAJOR_WANTED = 20;
var major = Number(process.versions.node.split('.')[0]);

if (major < MAJOR_WANTED) {
  console.error(
    'SecureConnect needs Node ' +
      MAJOR_WANTED +
      ' or later and this is ' +
      process.version +
      ': install a newer one from https://nodejs.org and try again.',
  );
  process.exitCode = 1;
} else {
  import('./boot/start.mjs');
}
