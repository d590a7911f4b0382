import { HOUR_MS, type RelayHour } from '@secureconnect/signaling/relay/relay-hour';
import { Tally } from '@secureconnect/signaling/relay/tally';

const HOUR = 498_000 * HOUR_MS;

describe('the tally of signals', () => {
  let written: RelayHour[][];
  let failures: unknown[];
  let isDown: boolean;
  let tally: Tally;

  beforeEach(() => {
    written = [];
    failures = [];
    isDown = false;
    tally = new Tally({
      write: async (hours) => {
        if (isDown) throw new Error('the store is busy');
        written.push([...hours]);
      },
      intervalMs: 3_600_000,
      onFailed: (error) => failures.push(error),
    });
  });

  it('adds up by hour and outcome', async () => {
    tally.count('reached', 100, HOUR);
    tally.count('reached', 50, HOUR + HOUR_MS - 1);
    tally.count('unreached', 7, HOUR);
    tally.count('reached', 1, HOUR + HOUR_MS);
    await tally.flush();
    expect(written).toEqual([
      [
        { hourAtMs: HOUR, outcome: 'reached', signals: 2, bytes: 150 },
        { hourAtMs: HOUR, outcome: 'unreached', signals: 1, bytes: 7 },
        { hourAtMs: HOUR + HOUR_MS, outcome: 'reached', signals: 1, bytes: 1 },
      ],
    ]);
  });

  it('writes nothing where nothing was, and nothing twice', async () => {
    await tally.flush();
    tally.count('refused', 0, HOUR);
    await Promise.all([tally.flush(), tally.flush()]);
    await tally.stop();
    expect(written).toHaveLength(1);
  });

  it('keeps what could not be written, and adds what came meanwhile', async () => {
    isDown = true;
    tally.count('reached', 10, HOUR);
    const failed = tally.flush();
    tally.count('reached', 5, HOUR);
    await failed;
    expect(failures).toHaveLength(1);
    isDown = false;
    await tally.stop();
    expect(written).toEqual([[{ hourAtMs: HOUR, outcome: 'reached', signals: 2, bytes: 15 }]]);
  });
});
