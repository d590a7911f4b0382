import { ConversationId, type UserId } from '@secureconnect/contracts/ids';
import { Members } from '@secureconnect/signaling/relay/members';
import { ALICE, ALICE_AND_BOB, BOB, NOWHERE } from './people.js';

describe('the members of conversations', () => {
  let nowMs: number;
  let asked: string[];
  let answer: () => Promise<readonly UserId[]>;
  let members: Members;

  beforeEach(() => {
    nowMs = 0;
    asked = [];
    answer = () => Promise.resolve([ALICE, BOB]);
    members = new Members({
      ask: (conversationId) => {
        asked.push(conversationId);
        return answer();
      },
      rememberedMs: 10_000,
      unknownRememberedMs: 2_000,
      nowMs: () => nowMs,
    });
  });

  it('are remembered for a while, and then asked for anew', async () => {
    expect(await members.of(ALICE_AND_BOB)).toEqual(new Set([ALICE, BOB]));
    nowMs = 9_999;
    await members.of(ALICE_AND_BOB);
    expect(asked).toHaveLength(1);
    nowMs = 10_000;
    answer = () => Promise.resolve([ALICE]);
    expect(await members.of(ALICE_AND_BOB)).toEqual(new Set([ALICE]));
  });

  it('of no conversation are remembered for less', async () => {
    answer = () => Promise.resolve([]);
    expect((await members.of(NOWHERE)).size).toBe(0);
    nowMs = 1_999;
    await members.of(NOWHERE);
    expect(asked).toHaveLength(1);
    nowMs = 2_000;
    answer = () => Promise.resolve([ALICE, BOB]);
    expect((await members.of(NOWHERE)).size).toBe(2);
  });

  it('are asked for once by many at a time', async () => {
    await Promise.all(Array.from({ length: 50 }, () => members.of(ALICE_AND_BOB)));
    expect(asked).toHaveLength(1);
  });

  it('that nobody could tell are not remembered at all', async () => {
    answer = () => Promise.reject(new Error('away'));
    await expect(members.of(ALICE_AND_BOB)).rejects.toThrow('away');
    answer = () => Promise.resolve([ALICE, BOB]);
    expect((await members.of(ALICE_AND_BOB)).size).toBe(2);
  });

  it('are asked for anew when somebody came or went, also while they are being asked for', async () => {
    await members.of(ALICE_AND_BOB);
    members.hear(JSON.stringify({ conversationId: ALICE_AND_BOB }));
    answer = () => Promise.resolve([ALICE]);
    expect(await members.of(ALICE_AND_BOB)).toEqual(new Set([ALICE]));
    let tell: (members: readonly UserId[]) => void = () => undefined;
    members.forget(ALICE_AND_BOB);
    answer = () => new Promise((resolve) => (tell = resolve));
    const before = members.of(ALICE_AND_BOB);
    members.forget(ALICE_AND_BOB);
    tell([ALICE, BOB]);
    await before;
    answer = () => Promise.resolve([BOB]);
    expect(await members.of(ALICE_AND_BOB)).toEqual(new Set([BOB]));
  });

  it.each(['', '{', 'null', '{"conversationId":"x"}'])(
    'stay remembered whatever noise Redis brings: %s',
    async (noise) => {
      await members.of(ALICE_AND_BOB);
      members.hear(noise);
      await members.of(ALICE_AND_BOB);
      expect(asked).toHaveLength(1);
    },
  );

  it('do not mix', async () => {
    await members.of(ALICE_AND_BOB);
    answer = () => Promise.resolve([]);
    expect((await members.of(NOWHERE)).size).toBe(0);
    expect((await members.of(ALICE_AND_BOB)).size).toBe(2);
  });

  it('of more conversations than there is room for push the oldest out, never memory', async () => {
    await members.of(ALICE_AND_BOB);
    for (let count = 0; count < 10_000; count++) {
      await members.of(ConversationId.parse(count.toString(16).padStart(32, '0')));
    }
    asked = [];
    await members.of(ConversationId.parse((9_999).toString(16).padStart(32, '0')));
    expect(asked).toEqual([]);
    await members.of(ALICE_AND_BOB);
    expect(asked).toEqual([ALICE_AND_BOB]);
  });
});
