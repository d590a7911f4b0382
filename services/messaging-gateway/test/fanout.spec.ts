import type { UserId } from '@secureconnect/contracts/ids';
import { Fanout, userRoom, type MessagingServer } from '../src/delivery/fanout.js';

const ALICE = 'a'.repeat(32) as UserId;
const BOB = 'b'.repeat(32) as UserId;
const MESSAGE = { seq: 1, acceptedAtMs: 7, envelope: new Uint8Array(1) };

/** A server that notes each emission: its rooms, whom it leaves out, and the event. */
function serverOf(replicas: () => Promise<number>) {
  const emitted: { rooms: string | string[]; except: string; event: string }[] = [];
  const server = {
    of: () => ({ adapter: { serverCount: replicas } }),
    httpServer: { once: () => undefined },
    to: (rooms: string | string[]) => ({
      except: (except: string) => ({ emit: (event: string) => emitted.push({ rooms, except, event }) }),
    }),
  };
  return { server: server as unknown as MessagingServer, emitted };
}

describe('the fan-out of a message', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  async function told(replicas: () => Promise<number>) {
    const { server, emitted } = serverOf(replicas);
    const fanout = new Fanout();
    fanout.attach(server);
    await jest.advanceTimersByTimeAsync(10_001);
    fanout.messageArrived([ALICE, BOB], MESSAGE, 'the socket it came from');
    return emitted;
  }

  it('is one event for all members while replicas are no more than they', async () => {
    const event = { except: 'the socket it came from', event: 'message:arrived' };
    expect(await told(() => Promise.resolve(2))).toEqual([{ ...event, rooms: [userRoom(ALICE), userRoom(BOB)] }]);
  });

  it('is one event a member where replicas are more', async () => {
    const emitted = await told(() => Promise.resolve(3));
    expect(emitted.map(({ rooms }) => rooms)).toEqual([userRoom(ALICE), userRoom(BOB)]);
  });

  it('goes on while Redis cannot say how many replicas there are', async () => {
    expect(await told(() => Promise.reject(new Error('away')))).toHaveLength(1);
  });

  it('is nothing before there is a server', () => {
    expect(() => {
      new Fanout().messageArrived([ALICE], MESSAGE);
    }).not.toThrow();
  });
});
