import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { machineTimes, untilQuiet } from '../cpu/machine.js';
import { cpuTimesUs } from '../cpu/process-cpu.js';
import { metricLines, readMetrics, type Metrics } from '../cpu/service-metrics.js';
import { messagesOf, type FromGenerator, type ToGenerator, type TrialOutcome, type TrialPlan } from '../load/plan.js';

const GENERATOR = fileURLToPath(new URL('../load/generator-worker.js', import.meta.url));
const PREPARED_WITHIN_MS = 30_000;
/** What a server still does for the messages of a trial after the last one arrived (captures of credits) is theirs, too. */
const AFTERWORK_MS = 400;

/** A process whose CPU time counts. */
export interface CountedProcess {
  readonly name: string;
  readonly pid: number;
  /** Where it shows its metrics, if it has any. */
  readonly internalUrl?: string;
}

export interface TrialResult {
  readonly rate: number;
  readonly outcome: TrialOutcome;
  /** CPU microseconds per message, by process; null where they cannot be read. */
  readonly cpuUsByProcess: Readonly<Record<string, number>> | null;
  /** Share of the machine that others used meanwhile: whatever is neither a counted process nor the generator. */
  readonly othersShare: number;
  /** What the processes counted meanwhile, by process. */
  readonly metrics: Readonly<Record<string, readonly string[]>>;
  /** First message to last arrival, on the monotonic clock in microseconds (what V8's profiles are stamped with). */
  readonly windowUs: readonly [from: number, to: number];
}

/**
 * One trial with a fresh generator, begun when the machine is quiet or `patienceMs` are over.
 * @throws Error when the generator fails or takes longer than it may
 */
export async function runTrial(
  plan: TrialPlan,
  processes: readonly CountedProcess[],
  patienceMs: number,
): Promise<TrialResult> {
  const generator = fork(GENERATOR, [], { serialization: 'advanced' });
  try {
    tell(generator, { kind: 'prepare', plan });
    await answer(generator, 'ready', PREPARED_WITHIN_MS);
    await untilQuiet(patienceMs);
    const pids = processes.map(({ pid }) => pid);
    const metricsBefore = await readAll(processes);
    const machineBefore = machineTimes();
    const before = cpuTimesUs(pids);
    const from = monotonicUs();
    tell(generator, { kind: 'go' });
    const { outcome } = await answer(generator, 'done', plan.warmUpMs + plan.measuredMs + plan.drainMs + 10_000);
    const to = monotonicUs();
    await new Promise((resolve) => setTimeout(resolve, AFTERWORK_MS));
    const after = cpuTimesUs(pids);
    const machine = machineTimes();
    const metricsAfter = await readAll(processes);
    const metrics = Object.fromEntries(
      [...metricsAfter].map(([name, now]) => [name, metricLines(metricsBefore.get(name)!, now)]),
    );
    const messages = messagesOf(plan);
    const cpuUsByProcess =
      before &&
      after &&
      Object.fromEntries(processes.map(({ name, pid }) => [name, (after.get(pid)! - before.get(pid)!) / messages]));
    const counted = Object.values(cpuUsByProcess ?? {}).reduce((sum, us) => sum + us, 0) * (messages / 1000);
    const others = machine.busyMs - machineBefore.busyMs - counted - outcome.generatorCpuMs;
    const othersShare = Math.max(0, others) / Math.max(1, machine.totalMs - machineBefore.totalMs);
    return { rate: plan.rate, outcome, cpuUsByProcess, othersShare, metrics, windowUs: [from, to] };
  } finally {
    generator.kill('SIGKILL');
  }
}

async function readAll(processes: readonly CountedProcess[]): Promise<Map<string, Metrics>> {
  const showing = processes.filter(({ internalUrl }) => internalUrl !== undefined);
  return new Map(
    await Promise.all(
      showing.map(async ({ name, internalUrl }): Promise<[string, Metrics]> => [name, await readMetrics(internalUrl!)]),
    ),
  );
}

function tell(generator: ChildProcess, message: ToGenerator): void {
  generator.send(message);
}

function answer<Kind extends FromGenerator['kind']>(
  generator: ChildProcess,
  kind: Kind,
  withinMs: number,
): Promise<FromGenerator & { kind: Kind }> {
  return new Promise((resolve, reject) => {
    const overdue = setTimeout(() => reject(new Error(`the generator was not ${kind} in time`)), withinMs);
    const onExit = (): void => settle(() => reject(new Error('the generator ended')));
    const onMessage = (message: FromGenerator): void => {
      if (message.kind === 'failed') settle(() => reject(new Error(message.reason)));
      else if (message.kind === kind) settle(() => resolve(message as FromGenerator & { kind: Kind }));
    };
    const settle = (end: () => void): void => {
      clearTimeout(overdue);
      generator.off('message', onMessage).off('exit', onExit);
      end();
    };
    generator.on('message', onMessage).once('exit', onExit);
  });
}

function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
