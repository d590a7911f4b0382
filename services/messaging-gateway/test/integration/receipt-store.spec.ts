import type { ConversationId, UserId } from '@secureconnect/contracts/ids';
import { LIMITS } from '@secureconnect/contracts/limits';
import { openStore, type Store } from '@secureconnect/platform/store/store';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import { ConversationStore } from '../../src/store/conversation-store.js';
import { MESSAGING_SCHEMA } from '../../src/store/messaging-schema.js';
import { ReceiptStore } from '../../src/store/receipt-store.js';
import { conversationOf, person } from '../letters.js';

describe('the receipts of a conversation', () => {
  const folder = temporaryFolder();
  const [alice, bob] = [person(), person()];
  const conversationId = conversationOf(alice, bob) as ConversationId;
  let count = 0;
  let store: Store;
  let receipts: ReceiptStore;

  beforeEach(async () => {
    store = await openStore({ file: folder.file(`messaging-${String(count++)}.sqlite`), ...MESSAGING_SCHEMA });
    const members = [alice.userId, bob.userId].sort() as [UserId, UserId];
    await new ConversationStore(store).openDirect(conversationId, members, Date.now());
    receipts = new ReceiptStore(store);
  });
  afterEach(() => store.close());
  afterAll(() => {
    folder.remove();
  });

  const keep = (device: number, senderSeq: number, sizeBytes = 3_000) =>
    receipts.keep({
      conversationId,
      deviceId: device.toString(16).padStart(32, '0'),
      userId: bob.userId,
      senderSeq,
      envelope: Buffer.alloc(sizeBytes, senderSeq),
    });
  const kept = () => receipts.newest(conversationId).map((receipt) => [receipt.byteLength, receipt[0]]);

  it('are one of each device, the newest of it, whatever comes again or late', async () => {
    expect(await keep(1, 2)).toBe(true);
    expect(await keep(1, 5)).toBe(true);
    expect(await keep(1, 4)).toBe(false);
    expect(await keep(1, 5)).toBe(false);
    expect(kept()).toEqual([[3_000, 5]]);
  });

  it('come with the one first that was kept last', async () => {
    for (const device of [1, 2, 3]) await keep(device, device);
    await keep(1, 9);
    expect(kept().map(([, senderSeq]) => senderSeq)).toEqual([9, 3, 2]);
  });

  it('come for all devices that two accounts can have', async () => {
    const devices = 2 * LIMITS.devicesPerAccountMax;
    await Promise.all(Array.from({ length: devices }, (_, device) => keep(device, 1, 1_900)));
    expect(kept()).toHaveLength(devices);
  });

  it('are no more than a megabyte, however large and many they are', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, device) => keep(device, 1, 65_000)));
    await keep(7, 2, 65_000);
    expect(kept()).toHaveLength(15);
    expect(kept()[0]).toEqual([65_000, 2]);
  });
});
