import { CALL_TIMES } from '@secureconnect/contracts/call-states';
import { CALL_PRICE } from '@secureconnect/contracts/credits';
import { priceSetting } from '@secureconnect/platform/config/price-setting';
import * as z from 'zod';

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const urls = (scheme: RegExp) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((url) => url.trim())
        .filter((url) => url !== ''),
    )
    .pipe(z.array(z.string().max(300).regex(scheme)).max(8));

/** Environment variables of signaling itself. THROTTLE_SCALE multiplies the rates. */
export const SignalingEnvironment = z.object({
  /** Signals that a user may send at once, on all sockets together (a call's candidates come in a burst), and how many more each second. */
  SIGNAL_BURST: count(1, 1_000_000).default(200),
  SIGNALS_PER_SECOND: count(1, 1_000_000).default(20),
  /** Credits for a call that connected; who starts it pays. credits reads the same. */
  CALL_PRICE: priceSetting(CALL_PRICE),
  /** Calls that a user may start at once, and how many more each second; and what else is asked about calls. */
  CALL_BURST: count(1, 1_000_000).default(10),
  CALLS_PER_SECOND: z.coerce.number().min(0.001).max(1_000_000).default(0.2),
  CALL_COMMAND_BURST: count(1, 1_000_000).default(60),
  CALL_COMMANDS_PER_SECOND: count(1, 1_000_000).default(4),
  /** How long a device is in a call without saying so again. */
  CALL_ALIVE_FOR_MS: count(100, 3_600_000).default(CALL_TIMES.aliveForMs),
  /** How often calls are looked for that nobody ended. */
  ABANDONED_INTERVAL_MS: count(10, 3_600_000).default(30_000),
  /** Addresses of the STUN servers and of the relay (RFC 7064, RFC 7065), separated by commas; with TURN_URLS a file `turn.secret` is read. */
  STUN_URLS: urls(/^stuns?:[A-Za-z0-9.:[\]-]+$/),
  TURN_URLS: urls(/^turns?:[A-Za-z0-9.:[\]-]+(?:\?transport=(?:udp|tcp))?$/),
  /** How long a conversation's members are remembered. */
  MEMBERS_REMEMBERED_MS: count(0, 3_600_000).default(10_000),
  /** How long it is remembered that a conversation has none. */
  UNKNOWN_REMEMBERED_MS: count(0, 3_600_000).default(2_000),
  /** How often what was counted is written to the store. */
  TALLY_INTERVAL_MS: count(10, 3_600_000).default(5_000),
});
export type SignalingEnvironment = z.infer<typeof SignalingEnvironment>;
