import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const LATENCY_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Prometheus metrics of one process, shown at `/metrics` of the internal port. Names start with `sc_`. Labels never carry ids of people. */
export class Metrics {
  readonly registry = new Registry();

  constructor(labels: { service: string; replicaId: string }) {
    this.registry.setDefaultLabels({ service: labels.service, replica: labels.replicaId });
    collectDefaultMetrics({ register: this.registry });
  }

  /** A counter `sc_<name>_total`. */
  counter<Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []): Counter<Label> {
    return new Counter({ name: `sc_${name}_total`, help, labelNames, registers: [this.registry] });
  }

  /** A gauge `sc_<name>`; with `read`, its value is taken when the metrics are collected. */
  gauge<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    read?: () => number,
  ): Gauge<Label> {
    return new Gauge({
      name: `sc_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      ...(read === undefined
        ? {}
        : {
            collect(this: Gauge<Label>) {
              this.set(read());
            },
          }),
    });
  }

  /** A histogram `sc_<name>`, with buckets for seconds unless others are given. */
  histogram<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    buckets: readonly number[] = LATENCY_SECONDS,
  ): Histogram<Label> {
    return new Histogram({ name: `sc_${name}`, help, labelNames, buckets: [...buckets], registers: [this.registry] });
  }
}
