import type { ConversationId } from '@secureconnect/contracts/ids';
import type { CallView } from '../../src/calls/call-views.js';
import { pastCallOf } from '../../src/calls/past-calls.js';
import type { MessageView } from '../../src/messenger.js';
import { eventually, thread, value, type Person } from '../person.js';
import { callWorld, over, phase, rings } from './call-world.js';

const world = callWorld();

/** The lines that calls have left here, once there are as many. */
async function lines(somebody: Person, conversationId: ConversationId, count: number) {
  const messages = await eventually(
    () => thread(somebody, { conversationId }),
    (all) => all.filter(isCall).length >= count,
  );
  return messages.filter(isCall);
}

const isCall = ({ content }: MessageView): boolean => content.kind === 'call';
const unreadOf = async ({ messenger }: Person): Promise<number> => (await messenger.conversations())[0]!.unread;

describe('a call that is over', () => {
  it('that nobody answered stands as missed on every device of both, and waits there to be read', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    const phone = await world.secondDevice('bob');
    const before = await unreadOf(bob);
    const { callId } = value(await alice.messenger.placeCall(conversationId));
    await Promise.all([rings(bob), rings(phone)]);
    await alice.messenger.hangUp(callId);
    for (const somebody of [alice, bob, phone]) {
      const found = await lines(somebody, conversationId, 1);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({
        content: { kind: 'call', outcome: 'missed', seconds: 0 },
        outgoing: somebody === alice,
      });
    }
    expect(await unreadOf(bob)).toBe(before + 1);
    expect((await bob.messenger.conversations())[0]!.last?.content.kind).toBe('call');
  });

  it('that was answered says so and how long it was, and is no news to who answered', async () => {
    const { alice, bob, conversationId, callId } = await world.talking();
    const before = await unreadOf(bob);
    await bob.messenger.hangUp(callId);
    await over(alice);
    const [found] = await lines(bob, conversationId, 1);
    expect(found).toMatchObject({ content: { kind: 'call', outcome: 'answered' }, outgoing: false });
    expect(await unreadOf(bob)).toBe(before);
  });

  it('that was declined is said as such, and cannot be reacted to or changed', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    value(await alice.messenger.placeCall(conversationId));
    const { callId } = await rings(bob);
    await bob.messenger.declineCall(callId);
    await over(alice);
    const [found] = await lines(alice, conversationId, 1);
    expect(found!.content).toEqual({ kind: 'call', outcome: 'declined', seconds: 0 });
    const { messageId } = found!;
    expect(await alice.messenger.react(conversationId, messageId, '👍')).toMatchObject({ ok: false });
    expect(await alice.messenger.edit(conversationId, messageId, 'never happened')).toMatchObject({ ok: false });
  });

  it('that rang nobody leaves nothing, and of two at once one line is left', async () => {
    const { alice, bob, conversationId } = await world.aliceAndBob();
    alice.media.microphone = 'refused';
    value(await alice.messenger.placeCall(conversationId));
    expect(await over(alice)).toBe('no-microphone');
    alice.media.microphone = 'open';
    await Promise.all([alice.messenger.placeCall(conversationId), bob.messenger.placeCall(conversationId)]);
    const { callId } = await phase(alice, 'connected');
    await alice.messenger.hangUp(callId);
    await Promise.all([over(alice), over(bob)]);
    for (const somebody of [alice, bob]) {
      const found = await lines(somebody, conversationId, 1);
      expect(found.map(({ content }) => content)).toMatchObject([{ kind: 'call', outcome: 'answered' }]);
    }
  });
});

describe('what is said of a call', () => {
  const call = { callId: 'c', outgoing: true, group: false, end: 'hung-up', connectedAtMs: 5_000 } as CallView;

  it('is said by who called, once it is over, and of calls of two alone', () => {
    expect(pastCallOf(call, 65_400)).toMatchObject({ outcome: 'answered', seconds: 60 });
    expect(pastCallOf({ ...call, end: null }, 65_400)).toBeNull();
    expect(pastCallOf({ ...call, outgoing: false }, 65_400)).toBeNull();
    expect(pastCallOf({ ...call, group: true }, 65_400)).toBeNull();
  });

  it('has no length that a clock has made up', () => {
    expect(pastCallOf(call, 0)?.seconds).toBe(0);
    expect(pastCallOf(call, 9e12)?.seconds).toBe(604_800);
  });

  it('is that it was missed, whoever gave up, but not where it never rang', () => {
    const outcome = (end: CallView['end']) => pastCallOf({ ...call, end, connectedAtMs: null }, 0)?.outcome ?? null;
    expect((['busy', 'no-answer', 'cancelled', 'no-path'] as const).map(outcome)).toEqual(Array(4).fill('missed'));
    expect(outcome('declined')).toBe('declined');
    expect((['merged', 'unreachable', 'no-microphone', 'full'] as const).map(outcome)).toEqual(Array(4).fill(null));
  });
});
