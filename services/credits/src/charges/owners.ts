import type { AllowanceId } from '@secureconnect/contracts/ids';
import {
  CallsExistAnswer,
  MessagesExistAnswer,
  UnsettledAllowancesAnswer,
  type ChargeKind,
} from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';

/** Says which of the things that charges are for exist. */
export interface Owners {
  /** @throws PeerUnavailable while the owner is away */
  existing(kind: ChargeKind, keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Those of the allowances with captures on their way. @throws PeerUnavailable while the gateway is away */
  unsettled(allowanceIds: readonly AllowanceId[]): Promise<ReadonlySet<AllowanceId>>;
}

type Ask = (http: InternalHttp, keys: readonly string[]) => Promise<readonly string[]>;

const messagesExist: Ask = async (http, keys) => {
  const answer = await http.call({
    peer: 'messaging',
    path: '/internal/messages/exist',
    body: { messageIds: keys },
    answer: MessagesExistAnswer,
  });
  return answer.existing;
};

/** Who stores the things of a kind, and how to ask for them. */
const OWNER_OF: Readonly<Record<ChargeKind, Ask>> = {
  message: messagesExist,
  'group-message': messagesExist,
  call: async (http, keys) => {
    const answer = await http.call({
      peer: 'signaling',
      path: '/internal/calls/exist',
      body: { callIds: keys },
      answer: CallsExistAnswer,
    });
    return answer.existing;
  },
};

/** Asks the service that stores things of a kind. */
export class OwnersByHttp implements Owners {
  constructor(private readonly http: InternalHttp) {}

  async existing(kind: ChargeKind, keys: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await OWNER_OF[kind](this.http, keys));
  }

  async unsettled(allowanceIds: readonly AllowanceId[]): Promise<ReadonlySet<AllowanceId>> {
    const answer = await this.http.call({
      peer: 'messaging',
      path: '/internal/allowances/unsettled',
      body: { allowanceIds },
      answer: UnsettledAllowancesAnswer,
    });
    return new Set(answer.unsettled);
  }
}
