import { parseArgs } from 'node:util';

/** What a run was asked to do. */
export interface BenchSettings {
  readonly parts: readonly Part[];
  /** Messages a second, rising. */
  readonly rates: readonly number[];
  /** Measured part of a trial, after its warm-up. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Pairs of users; the halves of each are on different replicas. */
  readonly pairs: number;
  /** How long each trial waits for a quiet machine before it begins. */
  readonly patienceSeconds: number;
  /** Which sides run; both are needed for the ratio. */
  readonly sides: readonly Side[];
  /** One line of JSON on standard output, everything else on standard error. */
  readonly json: boolean;
  /** Also what each service counted during a trial. */
  readonly metrics: boolean;
  /** One trial on the replicas under V8's sampling profiler, and where the time went. */
  readonly profile: boolean;
  /** One short trial; fails when anything is lost. */
  readonly smoke: boolean;
}
/** What can be measured alone; `direct` is the climb of rates beside the floor. */
export type Part = (typeof PARTS)[number];
export const PARTS = ['direct', 'calls', 'groups', 'reconnect', 'sync', 'logins', 'tables'] as const;
export type Side = 'ours' | 'floor';

/** A flag that cannot be meant; the message says what it takes. */
export class BadFlag extends Error {
  override readonly name = 'BadFlag';
}

const RATES = [1000, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000];
const SMOKE: BenchSettings = {
  parts: ['direct'],
  rates: [100],
  seconds: 2,
  warmUpSeconds: 0.5,
  patienceSeconds: 0,
  pairs: 4,
  sides: ['ours'],
  json: false,
  metrics: false,
  profile: false,
  smoke: true,
};

export const USAGE = `npm run bench -- [${PARTS.join('] [')}] [flags]
  --rates 500,1000,1500   messages a second, rising; stops at the first that is not held (${RATES.join(',')})
  --seconds 4             measured part of a trial
  --pairs 50              pairs of users
  --patience 10           each trial waits so many seconds for a quiet machine
  --only ours|floor       one side
  --json                  one line of JSON on standard output
  --metrics               what each service counted in each trial: batches, commits, calls
  --profile               one trial at the first rate (1500) with profiled replicas
  --smoke                 one short trial at 100/s, the other parts small where they are named; fails when anything is lost`;

/** @throws BadFlag */
export function readSettings(args: readonly string[]): BenchSettings {
  const { values: flags, positionals } = parseFlags(args);
  const parts = partsOf(positionals);
  const sides: readonly Side[] = flags.only === undefined ? ['ours', 'floor'] : [sideOf(flags.only)];
  if (flags.smoke)
    return {
      ...SMOKE,
      ...(parts.length > 0 && { parts }),
      sides: flags.only === undefined ? ['ours'] : sides,
      json: flags.json,
    };
  return {
    parts:
      flags.profile || (parts.length === 0 && flags.only === 'floor') ? ['direct'] : parts.length > 0 ? parts : PARTS,
    rates: ratesOf(flags.rates, flags.profile),
    seconds: numberOf('--seconds', flags.seconds ?? '4', 1, 60),
    warmUpSeconds: 1.5,
    pairs: numberOf('--pairs', flags.pairs ?? '50', 1, 500),
    patienceSeconds: numberOf('--patience', flags.patience ?? '10', 0, 240),
    sides: flags.profile && flags.only === undefined ? ['ours'] : sides,
    json: flags.json,
    metrics: flags.metrics || flags.profile,
    profile: flags.profile,
    smoke: false,
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rates: { type: 'string' },
        seconds: { type: 'string' },
        pairs: { type: 'string' },
        patience: { type: 'string' },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        metrics: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        smoke: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new BadFlag(error instanceof Error ? error.message : String(error));
  }
}

function partsOf(names: readonly string[]): Part[] {
  const unknown = names.find((name) => !(PARTS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new BadFlag(`there is no part ${unknown}; there are ${PARTS.join(', ')}`);
  return PARTS.filter((part) => names.includes(part));
}

function sideOf(text: string): Side {
  if (text !== 'ours' && text !== 'floor') throw new BadFlag('--only takes ours or floor');
  return text;
}

function ratesOf(text: string | undefined, profile: boolean): number[] {
  if (text === undefined) return profile ? [1500] : RATES;
  const rates = text.split(',').map((part) => numberOf('--rates', part, 1, 100_000));
  if (rates.some((rate, index) => rate <= (rates[index - 1] ?? 0))) throw new BadFlag('--rates must rise');
  return profile ? rates.slice(0, 1) : rates;
}

function numberOf(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new BadFlag(`${flag} takes whole numbers from ${least} to ${most}`);
  }
  return value;
}
