import { FakeServer } from './fake-server';
import { connected, eventually, PASSWORD, person, signUp, talk, texts, thread, value, type Person } from './person';

let server: FakeServer;
const people: Person[] = [];
const keep = (made: Person) => (people.push(made), made);

beforeEach(async () => {
  server = await FakeServer.start();
});
afterEach(async () => {
  await Promise.all(people.splice(0).map(({ messenger }) => messenger.close()));
  await server.stop();
});

async function aliceAndBob() {
  const alice = keep(await signUp(server.origin, 'alice'));
  const bob = keep(await signUp(server.origin, 'bob'));
  const conversation = await talk(alice, 'bob');
  return { alice, bob, conversation };
}

describe('two people', () => {
  it('talk, and see every state up to delivered', async () => {
    const { alice, bob, conversation } = await aliceAndBob();
    value(await alice.messenger.send(conversation.conversationId, 'hello bob'));
    const inbox = await eventually(() => bob.messenger.conversations(), ([first]) => first?.last?.content.kind === 'text');
    expect(inbox[0]).toMatchObject({ unread: 1, peer: { username: 'alice', trust: 'first-use' }, held: false });
    value(await bob.messenger.send(conversation.conversationId, 'hello alice'));
    await eventually(() => thread(alice, conversation), (messages) => messages.length === 2 && messages[0]!.state === 'delivered');
    expect(texts(await thread(alice, conversation))).toEqual(['hello bob', 'hello alice']);
    expect(texts(await thread(bob, conversation))).toEqual(['hello bob', 'hello alice']);
    const states = alice.events.flatMap((event) => (event.type === 'message' && event.message.outgoing ? [event.message.state] : []));
    expect([...new Set(states)]).toEqual(['sending', 'encrypted', 'accepted', 'delivered']);
    expect(await alice.messenger.credits()).toBe(499);
  });
});
