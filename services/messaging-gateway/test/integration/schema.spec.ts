import { openStore } from '@secureconnect/platform/store/store';
import { temporaryFolder } from '@secureconnect/platform/testing/temporary-folder';
import { MESSAGING_SCHEMA } from '../../src/store/messaging-schema.js';

describe('a store of the first version', () => {
  it('knows afterwards whose device each chain belongs to', async () => {
    const folder = temporaryFolder();
    const file = folder.file('messaging.sqlite');
    const old = await openStore({ ...MESSAGING_SCHEMA, file, migrations: MESSAGING_SCHEMA.migrations.slice(0, 2) });
    const [conversation, alice, phone, laptop] = ['c', 'a', 'd', 'e'].map((digit) => digit.repeat(32));
    await old.writes.commit((database) => {
      database.prepare(`INSERT INTO conversation VALUES (?, 'direct', 3, 1, 2)`).run(conversation);
      database.prepare('INSERT INTO member VALUES (?, ?)').run(conversation, alice);
      for (const [seq, device, senderSeq] of [
        [1, phone, 1],
        [2, phone, 2],
        [3, laptop, 1],
      ])
        database
          .prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)')
          .run(conversation, seq, String(seq), alice, device, senderSeq, Buffer.alloc(32), Buffer.alloc(1));
      for (const device of [phone, laptop])
        database.prepare('INSERT INTO device_head VALUES (?, ?, 1, ?)').run(conversation, device, Buffer.alloc(32));
    });
    await old.close();
    const store = await openStore({ ...MESSAGING_SCHEMA, file });
    const heads = store.reader.prepare('SELECT device_id, user_id FROM device_head ORDER BY device_id').all();
    expect(heads).toEqual([
      { device_id: phone, user_id: alice },
      { device_id: laptop, user_id: alice },
    ]);
    expect(store.reader.pragma('foreign_key_check')).toEqual([]);
    await store.close();
    folder.remove();
  });
});
