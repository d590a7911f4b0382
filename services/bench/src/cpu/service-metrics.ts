/** One of our histograms or counters; a counter has nothing but its count. */
interface Series {
  count: number;
  sum: number | null;
  /** How many observations were at most `bound`. */
  readonly buckets: Map<number, number>;
}

/** A process's `/metrics`, by name and labels (those that name the process left out). */
export type Metrics = ReadonlyMap<string, Series>;

/** Reads the histograms and counters of Prometheus' text format that begin with `sc_`. */
export function parseMetrics(text: string): Metrics {
  const metrics = new Map<string, Series>();
  for (const line of text.split('\n')) {
    const match = /^(sc_\w+)_(sum|count|total|bucket)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match === null) continue;
    const [, name, part, labelText = '', valueText] = match;
    const labels = labelText.match(/\w+="[^"]*"/g) ?? [];
    const shown = labels.filter((label) => !/^(?:service|replica|le)=/.test(label)).join(',');
    const key = shown === '' ? name! : `${name!}{${shown}}`;
    const series = metrics.get(key) ?? { count: 0, sum: null, buckets: new Map<number, number>() };
    metrics.set(key, series);
    const value = Number(valueText);
    if (part === 'sum') series.sum = value;
    else if (part === 'bucket') series.buckets.set(boundOf(labels), value);
    else series.count = value;
  }
  return metrics;
}

function boundOf(labels: readonly string[]): number {
  const bound = labels.find((label) => label.startsWith('le="'))!.slice(4, -1);
  return bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
}

export async function readMetrics(internalUrl: string): Promise<Metrics> {
  const response = await fetch(`${internalUrl}/metrics`, { signal: AbortSignal.timeout(5_000) });
  return parseMetrics(await response.text());
}

/** What changed, a line each: counters by how much, histograms by how often, with what mean and between which bounds most lie. */
export function metricLines(before: Metrics, after: Metrics): string[] {
  const lines: string[] = [];
  for (const [name, now] of after) {
    const then = before.get(name);
    const count = now.count - (then?.count ?? 0);
    if (count <= 0) continue;
    if (now.sum === null) {
      lines.push(`${name}: ${count}`);
      continue;
    }
    const shown = (value: number) =>
      /_seconds(?:\{|$)/.test(name) ? `${(value * 1000).toFixed(2)} ms` : value.toFixed(1);
    const grown = [...now.buckets].map(([bound, reached]) => ({
      bound,
      share: (reached - (then?.buckets.get(bound) ?? 0)) / count,
    }));
    const within = (share: number) =>
      shown(grown.find((bucket) => bucket.share >= share)?.bound ?? Number.POSITIVE_INFINITY);
    const mean = (now.sum - (then?.sum ?? 0)) / count;
    lines.push(`${name}: ${count} times, mean ${shown(mean)}, p50 <= ${within(0.5)}, p99 <= ${within(0.99)}`);
  }
  return lines;
}
