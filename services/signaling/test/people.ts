import { ConversationId, DeviceId, UserId } from '@secureconnect/contracts/ids';

const id = (start: string) => start.padEnd(32, '0');

export const ALICE = UserId.parse(id('a11ce'));
export const BOB = UserId.parse(id('b0b'));
export const CAROL = UserId.parse(id('ca401'));
export const MALLORY = UserId.parse(id('3a110'));

export const ALICE_LAPTOP = DeviceId.parse(id('a11ce1'));
export const ALICE_PHONE = DeviceId.parse(id('a11ce2'));
export const BOB_LAPTOP = DeviceId.parse(id('b0b1'));
export const BOB_PHONE = DeviceId.parse(id('b0b2'));
export const CAROL_LAPTOP = DeviceId.parse(id('ca4011'));
export const MALLORY_LAPTOP = DeviceId.parse(id('3a1101'));

/** Of alice and bob. */
export const ALICE_AND_BOB = ConversationId.parse(id('c0a11ceb0b'));
/** Of alice and mallory. */
export const ALICE_AND_MALLORY = ConversationId.parse(id('c0a11ce3a110'));
/** Of nobody. */
export const NOWHERE = ConversationId.parse(id('c0000'));
