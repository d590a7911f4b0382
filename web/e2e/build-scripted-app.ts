import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const WEB = fileURLToPath(new URL('..', import.meta.url));

/** Builds the app whose messenger follows a script: page tests look at what the sources say now. */
export default function buildScriptedApp(): void {
  const ng = createRequire(import.meta.url).resolve('@angular/cli/bin/ng.js');
  const built = spawnSync(process.execPath, [ng, 'build', '-c', 'scripted'], { cwd: WEB, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the app for page tests does not build\n${built.stdout}\n${built.stderr}`);
}
