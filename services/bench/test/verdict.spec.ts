import { summarize } from '../src/load/latencies.js';
import type { TrialOutcome } from '../src/load/plan.js';
import { reportOf } from '../src/report.js';
import { climb, type Climb } from '../src/trial/climb.js';
import type { TrialResult } from '../src/trial/run-trial.js';
import type { Target } from '../src/trial/target.js';
import { exactnessFaultsOf, faultsOf } from '../src/trial/verdict.js';

const GOOD: TrialOutcome = {
  sent: 100,
  delivered: 100,
  acknowledged: 100,
  refused: {},
  duplicated: 0,
  misordered: 0,
  damaged: 0,
  brokenSequences: 0,
  accepted: [50, 50],
  unanswered: 0,
  delivery: { p50: 2, p99: 20, max: 30 },
  ack: { p50: 1, p99: 10, max: 12 },
  generatorCpuMs: 100,
  tookMs: 1000,
};
const withP99 = (p99: number): TrialOutcome => ({ ...GOOD, delivery: { p50: 2, p99, max: p99 } });
const trial = (rate: number, outcome: TrialOutcome = GOOD): TrialResult => ({
  rate,
  outcome,
  cpuUsByProcess: { 'messaging-gateway-1': 100.4, redis: 20.2 },
  othersShare: 0,
  metrics: {},
  windowUs: [0, 1],
});

describe('percentiles', () => {
  it('are by nearest rank', () => {
    const values = Float64Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(summarize(values)).toEqual({ p50: 50, p99: 99, max: 100 });
    expect(summarize(Float64Array.of(7))).toEqual({ p50: 7, p99: 7, max: 7 });
  });

  it('are no number where nothing was measured', () => {
    expect(summarize(new Float64Array(0)).p99).toBeNaN();
  });
});

describe('a trial', () => {
  it('holds when all arrived, once, in order, and p99 stayed under the mark', () => {
    expect(faultsOf(GOOD)).toEqual([]);
    expect(faultsOf(withP99(49.9))).toEqual([]);
  });

  it.each<[string, Partial<TrialOutcome>]>([
    ['p99 50.0 ms', { delivery: { p50: 1, p99: 50, max: 50 } }],
    ['p99 NaN ms', { delivery: { p50: Number.NaN, p99: Number.NaN, max: Number.NaN } }],
    ['1 lost', { delivered: 99 }],
    ['1 unanswered', { unanswered: 1 }],
    ['3 refused (unavailable)', { refused: { unavailable: 3 } }],
    ['2 twice', { duplicated: 2 }],
    ['2 out of order', { misordered: 2 }],
    ['1 damaged or astray', { damaged: 1 }],
    ['1 conversations with broken positions', { brokenSequences: 1 }],
  ])('does not hold with %s', (fault, change) => {
    expect(faultsOf({ ...GOOD, ...change })).toEqual([fault]);
  });

  it('is exact when it is only late', () => {
    expect(exactnessFaultsOf(withP99(900))).toEqual([]);
  });
});

describe('a climb', () => {
  const target = (name: Target['name'], ...outcomes: (TrialOutcome | 'disturbed')[]): Target => ({
    name,
    trial: (rate) => {
      const next = outcomes.shift();
      return Promise.resolve(
        next === 'disturbed' ? { ...trial(rate, withP99(60)), othersShare: 0.3 } : trial(rate, next),
      );
    },
  });
  const LENGTH = { warmUpMs: 0, measuredMs: 1, patienceMs: 0 };

  it('goes on after a bad moment, and stops at the rate that is not held in any try', async () => {
    const ours = target('ours', GOOD, withP99(60), GOOD, withP99(60), withP99(60));
    const floor = target('floor');
    const seen: string[] = [];
    const climbs = await climb(
      [ours, floor],
      [100, 200, 300, 400],
      LENGTH,
      { quiet: 2, all: 4 },
      ({ name }, { rate }) => seen.push(`${name} ${rate}`),
    );
    expect(seen).toEqual([
      'ours 100',
      'floor 100',
      'ours 200',
      'ours 200',
      'floor 200',
      'ours 300',
      'ours 300',
      'floor 300',
      'floor 400',
    ]);
    expect(climbs.map(({ held }) => held.map(({ rate }) => rate))).toEqual([
      [100, 200],
      [100, 200, 300, 400],
    ]);
  });

  it('does not hold a disturbed trial against a side, but not for ever', async () => {
    const count = async (...outcomes: (TrialOutcome | 'disturbed')[]) => {
      const climbs = await climb([target('ours', ...outcomes)], [100], LENGTH, { quiet: 2, all: 4 }, () => undefined);
      return [climbs[0]!.trials.length, climbs[0]!.held.length];
    };
    expect(await count('disturbed', 'disturbed', 'disturbed', GOOD)).toEqual([4, 1]);
    expect(await count('disturbed', 'disturbed', 'disturbed', 'disturbed', GOOD)).toEqual([4, 0]);
    expect(await count('disturbed', withP99(60), withP99(60), GOOD)).toEqual([3, 0]);
  });
});

describe('the report', () => {
  const side = (name: Climb['side'], ...held: TrialResult[]): Climb => ({ side: name, trials: held, held });

  it('names the highest rate held, and compares latencies at the highest that both held', () => {
    const ours = side('ours', trial(1000, withP99(10)), trial(2000, withP99(30)));
    const floor = side('floor', trial(1000, withP99(5)), trial(2000, withP99(12)), trial(4000, withP99(40)));
    expect(reportOf([ours, floor])).toEqual({
      ours: { rate: 2000, p50: 2, p99: 30, ackP99: 10, cpuPerMessageUs: 121 },
      floor: { rate: 4000, p50: 2, p99: 40, ackP99: 10, cpuPerMessageUs: 121 },
      ratio: { throughput: 0.5, p99: 2.5 },
    });
  });

  it('says 0 and null where nothing was held', () => {
    expect(reportOf([side('ours'), side('floor', trial(500))])).toMatchObject({
      ours: { rate: 0, p50: null, p99: null, ackP99: null, cpuPerMessageUs: null },
      ratio: { throughput: 0, p99: null },
    });
  });

  it('has no ratio of one side alone', () => {
    expect(reportOf([side('floor', trial(500))])).toMatchObject({ ours: null, ratio: { throughput: null, p99: null } });
  });
});
