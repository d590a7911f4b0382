import type { Measure } from './parts/measure.js';
import type { Part } from './settings.js';
import type { Climb } from './trial/climb.js';
import type { TrialResult } from './trial/run-trial.js';
import { cpuPerMessageUs, faultsOf } from './trial/verdict.js';

/** What a side reached, as `--json` prints it; null where nothing was measured. Times in milliseconds. */
export interface SideReport {
  /** The highest rate at which p99 stayed under the mark and nothing was lost; 0 for none. */
  readonly rate: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly ackP99: number | null;
  readonly cpuPerMessageUs: number | null;
}

export interface BenchReport {
  readonly ours: SideReport | null;
  readonly floor: SideReport | null;
  readonly ratio: {
    /** Ours by floor's. */
    readonly throughput: number | null;
    /** Ours by floor's at the highest rate that both held. */
    readonly p99: number | null;
  };
  /** The other parts that ran. */
  readonly parts?: Readonly<Partial<Record<Part, readonly Measure[]>>>;
}

export function reportOf(climbs: readonly Climb[]): BenchReport {
  const find = (side: Climb['side']) => climbs.find((climb) => climb.side === side);
  const [ours, floor] = [find('ours'), find('floor')];
  const best = (climb: Climb | undefined) => climb && sideReport(climb.held.at(-1));
  const [oursBest, floorBest] = [best(ours) ?? null, best(floor) ?? null];
  const throughput = oursBest && floorBest && floorBest.rate > 0 ? round(oursBest.rate / floorBest.rate, 2) : null;
  return { ours: oursBest, floor: floorBest, ratio: { throughput, p99: ours && floor ? p99Ratio(ours, floor) : null } };
}

function sideReport(trial: TrialResult | undefined): SideReport {
  if (trial === undefined) return { rate: 0, p50: null, p99: null, ackP99: null, cpuPerMessageUs: null };
  const { delivery, ack } = trial.outcome;
  const cpu = cpuPerMessageUs(trial);
  return {
    rate: trial.rate,
    p50: round(delivery.p50, 1),
    p99: round(delivery.p99, 1),
    ackP99: round(ack.p99, 1),
    cpuPerMessageUs: cpu === null ? null : Math.round(cpu),
  };
}

function p99Ratio(ours: Climb, floor: Climb): number | null {
  for (const mine of ours.held.toReversed()) {
    const bare = floor.held.find(({ rate }) => rate === mine.rate);
    if (bare) return round(mine.outcome.delivery.p99 / bare.outcome.delivery.p99, 2);
  }
  return null;
}

const COLUMNS = ['side', 'rate', 'p50', 'p99', 'max', 'ack p99', 'CPU/msg', 'gen.', 'others', 'verdict'];
const WIDTHS = [6, 6, 8, 8, 8, 8, 8, 6, 6, 0];

export function tableHead(): string {
  return line(COLUMNS);
}

/** One trial: times in ms, CPU per message in µs of all servers, the generator's share of a core, the others' share of the machine. */
export function tableLine(side: string, trial: TrialResult): string {
  const { delivery, ack, generatorCpuMs, tookMs } = trial.outcome;
  const cpu = cpuPerMessageUs(trial);
  const faults = faultsOf(trial.outcome);
  return line([
    side,
    String(trial.rate),
    delivery.p50.toFixed(1),
    delivery.p99.toFixed(1),
    delivery.max.toFixed(1),
    ack.p99.toFixed(1),
    cpu === null ? '-' : cpu.toFixed(0),
    `${((generatorCpuMs / tookMs) * 100).toFixed(0)}%`,
    `${(trial.othersShare * 100).toFixed(0)}%`,
    faults.length === 0 ? 'holds' : faults.join(', '),
  ]);
}

/** CPU of each process in µs per message. */
export function cpuLine({ cpuUsByProcess }: TrialResult): string | null {
  if (cpuUsByProcess === null) return null;
  const parts = Object.entries(cpuUsByProcess).map(([name, us]) => `${name} ${us.toFixed(0)}`);
  return `       CPU µs/msg: ${parts.join('  ')}`;
}

/** What each process counted, those that counted nothing but this look left out. */
export function metricsLines({ metrics }: TrialResult): string[] {
  return Object.entries(metrics).flatMap(([name, lines]) => {
    const own = lines.filter((text) => !text.includes('/metrics'));
    return own.length === 0 ? [] : [`       ${name}`, ...own.map((text) => `         ${text}`)];
  });
}

function line(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === cells.length - 1 ? cell : cell.padStart(WIDTHS[index]!))).join('  ');
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
