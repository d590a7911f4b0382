import type { RefusalCode } from '../messenger.js';

/** What becomes of a lane when the first of its messages in flight is refused. */
export type RefusalPlan =
  /** Nothing reached the store: the same bytes again, when there is a connection, or after a while. */
  | 'resend'
  /** Something in the chain is not as we believed: look at the server's side of it, then seal anew. */
  | 'resync'
  /** The person has to do something; everything that waits in this conversation would meet the same refusal. */
  | 'fail-all'
  /** This message will never be taken; what waits behind it is sealed anew. */
  | 'fail-one';

export function planFor(code: RefusalCode): RefusalPlan {
  switch (code) {
    case 'offline':
    case 'unavailable':
    case 'credits-unavailable':
    case 'throttled':
    case 'internal':
    case 'unauthenticated':
    case 'device-unbound':
    case 'session-ended':
      return 'resend';
    case 'sequence-gap':
    case 'message-id-taken':
    case 'server-answer-refused':
    case 'epoch-stale':
      return 'resync';
    case 'insufficient-credits':
    case 'not-a-member':
    case 'conversation-unknown':
    case 'account-banned':
    case 'group-forked':
      return 'fail-all';
    default:
      return 'fail-one';
  }
}
