import type { fakeWorld } from './fake-world.js';
import { eventually, signUp, texts, thread, value, type Person } from './person.js';

type Group = Parameters<typeof thread>[1];

/** alice, bob and carol in a world, and what they do with their group. */
export function groupOfThree(world: ReturnType<typeof fakeWorld>) {
  return {
    /** alice is the owner of `Climbing`; the others see it. */
    async three() {
      const { alice, bob } = await world.aliceAndBob();
      const carol = world.keep(await signUp(world.server.origin, 'carol'));
      const group = value(await alice.messenger.createGroup('Climbing', ['bob', 'carol']));
      for (const { messenger } of [bob, carol]) {
        await eventually(
          () => messenger.conversations(),
          (all) => all.some(({ group: shown }) => shown?.name === 'Climbing'),
        );
      }
      return { alice, bob, carol, group };
    },
    idOf: (username: string) => world.server.account(username).userId,
    alarmsOf: (person: Person) => person.events.flatMap((event) => (event.type === 'alarm' ? [event.alarm.code] : [])),
    reads: (person: Person, group: Group, wanted: readonly string[]) =>
      eventually(
        () => thread(person, group).then(texts),
        (all) => wanted.every((text) => all.includes(text)),
      ),
    say: async ({ messenger }: Person, { conversationId }: Group, body: string) =>
      value(await messenger.send(conversationId, body)),
  };
}
