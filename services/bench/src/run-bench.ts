import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVELOPE_OVERHEAD_BYTES } from '@secureconnect/contracts/signed/envelope';
import { launchStack } from '@secureconnect/launch/stack';
import type { FurtherVariables } from '@secureconnect/launch/stack/running-stack';
import { RedisServer } from '@secureconnect/platform/testing/redis-server';
import { Redis } from 'ioredis';
import { summarizeFolder } from './cpu/profile-summary.js';
import type { Endings } from './endings.js';
import { startBareServers, type BareServers } from './floor/bare-servers.js';
import { makeFloor } from './floor/floor.js';
import { startOurs, surroundings, type Surroundings } from './ours/ours.js';
import { measureParts } from './parts/measure-parts.js';
import { profileLines } from './profile-report.js';
import { cpuLine, metricsLines, reportOf, tableHead, tableLine, type BenchReport } from './report.js';
import type { BenchSettings } from './settings.js';
import { climb, type Climb, type Tries } from './trial/climb.js';
import type { TrialResult } from './trial/run-trial.js';
import type { Target, TrialLength } from './trial/target.js';
import { exactnessFaultsOf } from './trial/verdict.js';

/** Content of a sealed message after padding. */
const PADDED_BYTES = 1024;
const TRIES: Tries = { quiet: 2, all: 4 };
const WARM_UP_RATE = 1000;
const WARM_UP: TrialLength = { warmUpMs: 0, measuredMs: 8_000, patienceMs: 0 };
const ONCE: Tries = { quiet: 1, all: 1 };
/** A profile of a disturbed trial says little. */
const PROFILE_TRIES: Tries = { quiet: 1, all: 6 };

export interface BenchRun {
  readonly report: BenchReport;
  /** Of all trials: lost, doubled, disordered or damaged messages. */
  readonly faults: readonly string[];
}

/** Starts what the settings ask for and measures. What it started is ended by `endings`, which the caller runs. */
export async function runBench(
  settings: BenchSettings,
  print: (text: string) => void,
  endings: Endings,
): Promise<BenchRun> {
  const folder = mkdtempSync(join(tmpdir(), 'secureconnect-bench-'));
  endings.add(() => rmSync(folder, { recursive: true, force: true }));
  const profiles = join(folder, 'profiles');
  mkdirSync(profiles);
  let profiled: TrialResult | undefined;
  // V8 writes its profiles when the services end; what is added first ends last.
  endings.add(() => {
    if (!settings.profile || profiled === undefined) return;
    profileLines(summarizeFolder(profiles, ...profiled.windowUs)).forEach(print);
  });
  const servers = await startServers(settings, profiles, print, endings);
  let report = reportOf([]);
  const faults: string[] = [];
  if (settings.parts.includes('direct')) {
    const targets = await directTargets(settings, servers, folder);
    const climbs = await climbAll(settings, targets, print, (result) => (profiled = result));
    report = reportOf(climbs);
    faults.push(...climbs.flatMap(({ trials }) => trials.flatMap(({ outcome }) => exactnessFaultsOf(outcome))));
  }
  if (servers.around !== null) {
    const parts = await measureParts(settings, servers.around, servers.bare, print);
    if (Object.keys(parts).length > 0) report = { ...report, parts };
    faults.push(...Object.values(parts).flatMap((measures) => measures.flatMap((measure) => measure.faults)));
  }
  return { report, faults };
}

async function climbAll(
  settings: BenchSettings,
  targets: readonly Target[],
  print: (text: string) => void,
  onResult: (result: TrialResult) => void,
): Promise<Climb[]> {
  const length = {
    warmUpMs: settings.warmUpSeconds * 1000,
    measuredMs: settings.seconds * 1000,
    patienceMs: settings.patienceSeconds * 1000,
  };
  if (!settings.smoke) await warmUp(targets);
  print(tableHead());
  const isOnce = settings.smoke || (settings.profile && settings.patienceSeconds === 0);
  const tries = isOnce ? ONCE : settings.profile ? PROFILE_TRIES : TRIES;
  return climb(targets, settings.rates, length, tries, (target, result) => {
    onResult(result);
    print(tableLine(target.name, result));
    const cpu = cpuLine(result);
    if (cpu !== null) print(cpu);
    if (settings.metrics) metricsLines(result).forEach(print);
  });
}

/** What runs while this measures. */
interface Servers {
  readonly around: Surroundings | null;
  readonly bare: BareServers | null;
  readonly redisPid: number;
}

async function startServers(
  settings: BenchSettings,
  profiles: string,
  print: (text: string) => void,
  endings: Endings,
): Promise<Servers> {
  let around: Surroundings | null = null;
  let redisUrl: string;
  if (settings.sides.includes('ours')) {
    print('starting the stack');
    const stack = await launchStack({
      gateways: 2,
      logLevel: 'warn',
      env: environment(settings.profile ? profiles : null),
    });
    endings.add(() => stack.stop());
    redisUrl = stack.redisUrl;
    around = await surroundings(stack, print);
  } else {
    const redis = await RedisServer.start();
    endings.add(() => redis.stop());
    redisUrl = redis.url;
  }
  const bare = settings.sides.includes('floor') ? await startBareServers(redisUrl) : null;
  if (bare !== null) endings.add(() => bare.stop());
  return { around, bare, redisPid: await processOf(redisUrl) };
}

async function directTargets(
  { pairs }: BenchSettings,
  { around, bare, redisPid }: Servers,
  folder: string,
): Promise<Target[]> {
  const frameBytes = ENVELOPE_OVERHEAD_BYTES + PADDED_BYTES;
  return [
    ...(around ? [await startOurs({ surroundings: around, redisPid, pairs, folder })] : []),
    ...(bare ? [makeFloor({ servers: bare, redisPid, pairs, frameBytes, folder })] : []),
  ];
}

/** Servers compile what they run often, and they run for weeks: no trial should pay for it. */
async function warmUp(targets: readonly Target[]): Promise<void> {
  for (const target of targets) await target.trial(WARM_UP_RATE, WARM_UP);
}

/** Everybody can pay for every trial, and a hundred people from one address are no attack. */
function environment(profiles: string | null): FurtherVariables {
  return {
    all: {
      THROTTLE_SCALE: '1000',
      ...(profiles !== null && { NODE_OPTIONS: `--cpu-prof --cpu-prof-interval=500 --cpu-prof-dir=${profiles}` }),
    },
    credits: { OPENING_CREDITS: '1000000' },
  };
}

async function processOf(redisUrl: string): Promise<number> {
  const redis = new Redis(redisUrl);
  try {
    return Number(/process_id:(\d+)/.exec(await redis.info('server'))![1]);
  } finally {
    redis.disconnect();
  }
}
