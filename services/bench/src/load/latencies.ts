/** Percentiles in milliseconds; NaN where nothing was measured (null in JSON). */
export interface LatencySummary {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Nearest-rank percentiles. Sorts `values` in place. */
export function summarize(values: Float64Array): LatencySummary {
  values.sort();
  const at = (share: number) => values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
