import { fromBase64Url, fromHex, toHex } from '@secureconnect/contracts/encoding';
import { asBytes32 } from '@secureconnect/contracts/signed/bytes';
import { readEnvelopeHeader } from '@secureconnect/contracts/signed/envelope';
import { idToHex } from '@secureconnect/contracts/signed/ids';
import { checkAcks } from '@secureconnect/crypto/envelope/acks';
import { vouchedPositions } from '@secureconnect/crypto/envelope/belief';
import type { Primitives } from '@secureconnect/crypto/primitives/primitives';
import { placeKey, type Judged } from './place.js';

interface Link {
  readonly hash: string;
  readonly prevHash: string;
}

/**
 * Which envelopes of revoked devices somebody else speaks for (PROTOCOL 5.13): a believed envelope of the same batch names a position of the
 * device under a root that agrees, and the chain leads down from there. What nobody has answered before the batch's end stays unbelieved.
 * @returns hashes, hex
 */
export async function vouchedFor(primitives: Primitives, judged: readonly Judged[]): Promise<ReadonlySet<string>> {
  const vouched = new Set<string>();
  const silent = silentLinks(judged);
  if (silent.size === 0) return vouched;
  const hashes = new Map([...silent].map(([key, { hash }]) => [key, hash]));
  for (const { record } of judged) {
    if (record.kind === 'message') hashes.set(placeKey(record.device, record.senderSeq), record.hash);
  }
  for (const { opened } of judged) {
    if (opened === null) continue;
    const verdict = await checkAcks(primitives, opened, (device, seq) => {
      const hash = hashes.get(placeKey(idToHex(device), seq));
      return hash === undefined ? null : asBytes32(fromHex(hash));
    });
    for (const { deviceId, seq } of vouchedPositions(opened, verdict)) follow(idToHex(deviceId), seq, silent, vouched);
  }
  return vouched;
}

/** Refused for no other reason than that the device was revoked, or its user has left the group since, by place. */
const SILENCED: ReadonlySet<string> = new Set(['device-revoked', 'not-a-member']);

function silentLinks(judged: readonly Judged[]): ReadonlyMap<string, Link> {
  const links = new Map<string, Link>();
  for (const { envelope, record } of judged) {
    if (record.kind !== 'unverifiable' || !SILENCED.has(record.reason)) continue;
    const { senderDevice, senderSeq, previousHash } = readEnvelopeHeader(fromBase64Url(envelope));
    links.set(placeKey(idToHex(senderDevice), senderSeq), { hash: record.hash, prevHash: toHex(previousHash) });
  }
  return links;
}

function follow(device: string, from: number, links: ReadonlyMap<string, Link>, vouched: Set<string>): void {
  let wanted: string | null = null;
  for (let seq = from; ; seq--) {
    const link = links.get(placeKey(device, seq));
    if (link === undefined || (wanted !== null && link.hash !== wanted) || vouched.has(link.hash)) return;
    vouched.add(link.hash);
    wanted = link.prevHash;
  }
}
