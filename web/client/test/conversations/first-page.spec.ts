import type { DeviceId } from '@secureconnect/contracts/ids';
import { NO_SETTINGS, withReadUpTo } from '@secureconnect/crypto/vault/settings';
import { begin } from '../../src/conversations/first-page.js';
import { ALICE_LAPTOP, at, BOB, BOB_LAPTOP, emptyConversation, verified } from '../sync/records.js';

const PHONE = 'b3'.repeat(16) as DeviceId;

/** A page: on which device the messages were written, from position 1 on. */
const page = (...devices: readonly DeviceId[]) =>
  devices.map((device, index) => at(index + 1, verified(index + 1, { device })));

const readUpTo = (judged: ReturnType<typeof page>, settings = NO_SETTINGS) =>
  begin(emptyConversation(), judged, 1, { selfId: BOB, deviceId: BOB_LAPTOP, settings: () => settings }).readUpTo;

describe('what counts as read when a conversation is first seen on a device', () => {
  it('is nothing, where the others alone have written', () => {
    expect(readUpTo(page(ALICE_LAPTOP, ALICE_LAPTOP, ALICE_LAPTOP))).toBe(0);
  });

  it('reaches to what was last written on another device', () => {
    expect(readUpTo(page(ALICE_LAPTOP, PHONE, ALICE_LAPTOP, PHONE, ALICE_LAPTOP))).toBe(4);
  });

  it('is not what stands before a message that this device sent before it saw anything', () => {
    expect(readUpTo(page(ALICE_LAPTOP, ALICE_LAPTOP, BOB_LAPTOP, ALICE_LAPTOP))).toBe(0);
    expect(readUpTo(page(ALICE_LAPTOP, PHONE, ALICE_LAPTOP, BOB_LAPTOP))).toBe(2);
  });

  it('reaches to where another device has read', () => {
    expect(
      readUpTo(
        page(ALICE_LAPTOP, ALICE_LAPTOP, ALICE_LAPTOP),
        withReadUpTo(NO_SETTINGS, emptyConversation().conversationId, 2),
      ),
    ).toBe(2);
  });
});
