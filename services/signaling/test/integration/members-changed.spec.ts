import { MEMBERS_CHANGED_CHANNEL } from '@secureconnect/contracts/internal';
import { RedisLink } from '@secureconnect/platform/redis-io/redis-link';
import { ALICE, ALICE_AND_BOB, ALICE_LAPTOP, BOB } from '../people.js';
import { sealedSignal } from '../sealed-signal.js';
import { send, SignalingWorld } from './signaling-world.js';

describe('a member who was taken out', () => {
  let world: SignalingWorld;

  beforeAll(async () => {
    world = await SignalingWorld.open({ MEMBERS_REMEMBERED_MS: '60000' });
  });
  afterAll(() => world.close());

  it('is relayed nothing from the moment in which the group changed, on no replica', async () => {
    const devices = [
      await world.welcomed(world.first, ALICE, ALICE_LAPTOP),
      await world.welcomed(world.second, ALICE, ALICE_LAPTOP),
    ];
    const toBob = () => ({ toUserId: BOB, toDeviceId: null, envelope: sealedSignal() });
    for (const device of devices) expect(await send(device, toBob())).toMatchObject({ ok: true });
    world.members.set(ALICE_AND_BOB, [BOB]);
    for (const device of devices) expect(await send(device, toBob())).toMatchObject({ ok: true });
    world.first.app.get(RedisLink).publish(MEMBERS_CHANGED_CHANNEL, JSON.stringify({ conversationId: ALICE_AND_BOB }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const device of devices) expect(await send(device, toBob())).toEqual({ ok: false, code: 'not-a-member' });
  });
});
