import { Endings } from './endings.js';
import { runBench } from './run-bench.js';
import { BadFlag, readSettings, USAGE } from './settings.js';

const endings = new Endings();

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2));
  const print = settings.json ? (text: string) => console.error(text) : (text: string) => console.log(text);
  const { report, faults } = await runBench(settings, print, endings).finally(() => endings.runAll());
  if (settings.json) console.log(JSON.stringify(report));
  else if (!settings.profile) print(`\n${JSON.stringify(report)}`);
  if (settings.smoke && faults.length > 0) throw new Error(`not exact: ${faults.join(', ')}`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void endings.runAll().finally(() => process.exit(130)));
}

main().catch((error: unknown) => {
  console.error(error instanceof BadFlag ? `${error.message}\n${USAGE}` : error);
  process.exitCode = 1;
});
