import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answersOk, isReady, waitUntil } from './health.js';
import { LaunchFailure } from './launch-failure.js';
import { NGINX, prepareStack, type PreparedStack } from './prepare-stack.js';
import { announcement } from './run/announce.js';
import { checkPorts } from './run/check-ports.js';
import { claimDataFolder } from './run/data-folder.js';
import { keepLogsSmall } from './run/log-files.js';
import { startPm2, type Pm2Process } from './run/pm2-process.js';
import { Restarts } from './run/restarts.js';
import { readSettings, type Settings } from './settings.js';
import { stackSettings } from './start-settings.js';

const READY_WITHIN_MS = 60_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Shows one step of the start and how it went (`boot/progress.mjs`). */
export type Step = <T>(title: string, work: () => T | Promise<T>) => Promise<T>;

/**
 * Everything of `npm start` that comes after the build: prepares the data folder, runs the stack until a signal ends it.
 *
 * @returns exit code
 * @throws LaunchFailure when it cannot start; nothing is left running
 */
export async function run(repository: string, step: Step): Promise<number> {
  const settings = readSettings(process.env, repository);
  const wanted = stackSettings(settings, repository);
  const claim = await step('Data folder', () => claimDataFolder(settings.dataDir));
  const stopping = new AbortController();
  const onSignal = (): void => stopping.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  let pm2: Pm2Process | undefined;
  try {
    await step('Ports', () => checkPorts(wanted));
    const stack = await step('Secrets and TLS', () => prepareStack(wanted));
    checkDoor(stack);
    const logs = keepLogsSmall(join(settings.dataDir, 'logs'));
    pm2 = startPm2(repository, settings.dataDir);
    const running = pm2;
    await step('Services', () => allReady(stack, settings, running, stopping.signal));
    console.log(await announcement(settings, stack));
    await Promise.race([running.ended, aborted(stopping.signal)]);
    clearInterval(logs);
    if (!stopping.signal.aborted)
      throw new LaunchFailure(`PM2 ended unexpectedly: see ${running.logFile}, and start again.`);
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 130;
    throw error;
  } finally {
    if (pm2) await step('Stopping', () => pm2!.stop());
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    claim.release();
  }
}

/** nginx's own check of its configuration, so that a mistake in a certificate is a sentence and not a crash loop. */
function checkDoor(stack: PreparedStack): void {
  const door = stack.programs.find(({ name }) => name === NGINX);
  if (door === undefined) return;
  const check = spawnSync(door.command, [...door.args, '-t'], { encoding: 'utf8' });
  if (check.status === 0) return;
  const reason = /\[emerg\][^:]*: (.*)/.exec(check.stderr)?.[1] ?? check.stderr.trim();
  throw new LaunchFailure(`nginx refuses its configuration: ${reason}`);
}

async function allReady(stack: PreparedStack, settings: Settings, pm2: Pm2Process, stop: AbortSignal): Promise<string> {
  const noUse = new AbortController();
  stop.addEventListener('abort', () => noUse.abort(stop.reason));
  void pm2.ended.then(() => noUse.abort(new LaunchFailure(`PM2 could not start: see ${pm2.logFile}.`)));
  const doors = [
    `http://${httpHost(settings)}:${settings.httpPort}/healthz`,
    `https://127.0.0.1:${settings.httpsPort}/healthz`,
  ];
  const missing = new Set([...stack.table.replicas.map(({ name }) => name), ...doors]);
  const look = async (name: string, ask: () => Promise<boolean>): Promise<void> => {
    if (missing.has(name) && (await ask())) missing.delete(name);
  };
  const restarts = new Restarts(
    join(settings.dataDir, 'pm2', 'pids'),
    stack.programs.map(({ name }) => name),
  );
  const everything = async (): Promise<boolean> => {
    const endless = restarts.endless(missing);
    if (endless !== undefined) throw new LaunchFailure(`${endless} ends again and again: ${lastWords(stack, endless)}`);
    await Promise.all([
      ...stack.table.replicas.map((replica) => look(replica.name, () => isReady(replica))),
      ...doors.map((url) => look(url, () => answersOk(url))),
    ]);
    return missing.size === 0;
  };
  if (await waitUntil(everything, READY_WITHIN_MS, noUse.signal)) return 'all healthy';
  const [first] = missing;
  throw new LaunchFailure(
    `${[...missing].join(', ')} did not get ready within ${READY_WITHIN_MS / 1000} s: ${lastWords(stack, first!)}`,
  );
}

/** Where a program, or the door at an address, has written what is wrong, and the last of it. */
function lastWords(stack: PreparedStack, name: string): string {
  const { logFile } = stack.programs.find((program) => program.name === (name.startsWith('http') ? NGINX : name))!;
  const lastLine = readFileSync(logFile, 'utf8')
    .split('\n')
    .findLast((line) => line !== '' && !/^(?:\s|Node\.js v)/.test(line)); // not in the middle of a stack trace
  return `see ${logFile}. Its last line: ${lastLine}`;
}

/** Where the http door can be asked: an address of its own, if it has one. */
function httpHost(settings: Settings): string {
  const [first] = settings.httpListen;
  return first === undefined || first === '0.0.0.0' || first === '[::]' ? '127.0.0.1' : first;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
