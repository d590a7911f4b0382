import { fromBase64Url, toHex } from '@secureconnect/contracts/encoding';
import type { DeviceId, UserId } from '@secureconnect/contracts/ids';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import type { Sealed } from '../storage/sealed-store.js';
import type { Known } from '../sync/opener.js';
import { splitContent } from './contents.js';
import type { OutboxRow } from './records.js';

/**
 * Recognises own envelopes that come back, byte for byte, by their hash: what was sealed here needs not be opened, whether its
 * acknowledgement came or was lost.
 */
export function ownRecords(
  rows: readonly Sealed<OutboxRow>[],
  selfId: UserId,
  deviceId: DeviceId,
): (hash: string) => Promise<Known | undefined> {
  const bySealedHash = new Map(rows.map(({ value }) => [value.sealed?.hash, value]));
  return async (hash) => {
    const row = bySealedHash.get(hash);
    if (!row?.sealed) return undefined;
    const { content, change } = splitContent(row.content);
    const record = {
      kind: 'message',
      acceptedAtMs: 0,
      hash,
      messageId: row.messageId,
      sender: selfId,
      device: deviceId,
      senderSeq: row.sealed.senderSeq,
      prevHash: toHex(readEnvelopeHeader(fromBase64Url(row.sealed.envelope)).previousHash),
      sentAtMs: row.sentAtMs,
      content,
    } as const;
    return { record, change };
  };
}
