import { FakeServer } from './fake-server.js';
import { signUp, talk, type Person } from './person.js';

/** One server for each test, and whoever was kept is closed after it. Call it once, at the top of a spec file. */
export function fakeWorld() {
  const people: Person[] = [];
  const world = {
    server: undefined as unknown as FakeServer,
    keep(made: Person): Person {
      people.push(made);
      return made;
    },
    /** alice and bob, connected, and their conversation, opened by alice. */
    async aliceAndBob() {
      const alice = world.keep(await signUp(world.server.origin, 'alice'));
      const bob = world.keep(await signUp(world.server.origin, 'bob'));
      return { alice, bob, conversation: await talk(alice, 'bob') };
    },
  };
  beforeEach(async () => {
    world.server = await FakeServer.start();
  });
  afterEach(async () => {
    await Promise.all(people.splice(0).map(({ messenger }) => messenger.close()));
    await world.server.stop();
  });
  return world;
}
