import { metricLines, parseMetrics } from '../src/cpu/service-metrics.js';

const WHO = 'service="messaging-gateway",replica="messaging-gateway-1"';
const CALL = `peer="credits",path="/internal/holds",${WHO}`;
const page = (batches: number, messages: number, slow: number) => `# HELP sc_send_batch_messages Messages of a batch
sc_send_batch_messages_sum{${WHO}} ${messages}
sc_send_batch_messages_count{${WHO}} ${batches}
sc_peer_call_seconds_bucket{le="0.01",${CALL}} ${batches - slow}
sc_peer_call_seconds_bucket{le="0.025",${CALL}} ${batches}
sc_peer_call_seconds_bucket{le="+Inf",${CALL}} ${batches}
sc_peer_call_seconds_sum{${CALL}} ${batches / 100}
sc_peer_call_seconds_count{${CALL}} ${batches}
sc_holds_total{outcome="held",${WHO}} ${messages}
sc_send_queue_depth{${WHO}} 7
process_cpu_seconds_total{${WHO}} 7
`;

describe('what services counted', () => {
  it('is the difference of two looks: counters by how much, histograms by how often and how they lie', () => {
    expect(metricLines(parseMetrics(page(10, 20, 5)), parseMetrics(page(20, 60, 6)))).toEqual([
      'sc_send_batch_messages: 10 times, mean 4.0, p50 <= Infinity, p99 <= Infinity',
      'sc_peer_call_seconds{peer="credits",path="/internal/holds"}: 10 times, mean 10.00 ms, p50 <= 10.00 ms, p99 <= 25.00 ms',
      'sc_holds{outcome="held"}: 40',
    ]);
  });

  it('is everything where nothing was counted before', () => {
    expect(metricLines(new Map(), parseMetrics(page(10, 20, 0)))).toHaveLength(3);
  });

  it('is nothing where nothing changed', () => {
    expect(metricLines(parseMetrics(page(1, 2, 0)), parseMetrics(page(1, 2, 0)))).toEqual([]);
  });
});
