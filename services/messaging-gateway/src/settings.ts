import { GROUP_MESSAGE_PRICE, MESSAGE_PRICE } from '@secureconnect/contracts/credits';
import { priceSetting } from '@secureconnect/platform/config/price-setting';
import * as z from 'zod';

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Environment variables of the gateway itself. THROTTLE_SCALE multiplies the rates. */
export const MessagingEnvironment = z.object({
  /** Credits for a message, and for one to a group; credits reads the same. */
  MESSAGE_PRICE: priceSetting(MESSAGE_PRICE),
  GROUP_MESSAGE_PRICE: priceSetting(GROUP_MESSAGE_PRICE),
  /** Sends that a user may make at once, on all sockets together, and how many more each second. */
  SEND_BURST: count(1, 1_000_000).default(600),
  SENDS_PER_SECOND: count(1, 1_000_000).default(50),
  /** Other commands (open, list, sync, receipts) of a user, likewise. */
  COMMAND_BURST: count(1, 1_000_000).default(600),
  COMMANDS_PER_SECOND: count(1, 1_000_000).default(100),
  /** Ephemeral envelopes (typing) of a user, likewise. */
  EPHEMERAL_BURST: count(1, 1_000_000).default(30),
  EPHEMERALS_PER_SECOND: count(1, 1_000_000).default(5),
  /** Changes of whom a user watches, and of the own visibility, likewise. */
  PRESENCE_BURST: count(1, 1_000_000).default(30),
  PRESENCES_PER_SECOND: count(1, 1_000_000).default(2),
  /** Changes of groups by a user: entries appended together, or an epoch, which weighs up to 361 kB. */
  GROUP_CHANGE_BURST: count(1, 1_000_000).default(60),
  GROUP_CHANGES_PER_SECOND: count(1, 1_000_000).default(1),
  /** Messages of this process that wait to be stored; more are refused with `unavailable`. */
  QUEUE_MAX: count(1, 1_000_000).default(20_000),
  /** Bytes of envelopes that wait to be stored. */
  QUEUE_MAX_BYTES: count(1, 4_000_000_000).default(67_108_864),
  /** Messages in one batch: one request for holds and one transaction. */
  BATCH_MAX: count(1, 1_000).default(256),
});
export type MessagingEnvironment = z.infer<typeof MessagingEnvironment>;
