import type { UserId, Username } from '@secureconnect/contracts/ids';
import { UsersLookupAnswer } from '@secureconnect/contracts/internal';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';
import { PeerUnavailable } from '@secureconnect/platform/internal-http/peer-errors';

const DEADLINE_MS = 1_000;

/** What the people are called whom admin knows by their ids. */
export class Names {
  constructor(private readonly http: InternalHttp) {}

  /** Nothing at all while auth is away: a table without names is worth more now than one with them later. */
  async of(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Username>> {
    const wanted = [...new Set(userIds)];
    if (wanted.length === 0) return new Map();
    try {
      const { users } = await this.http.call({
        peer: 'auth',
        path: '/internal/users/lookup',
        body: { userIds: wanted },
        answer: UsersLookupAnswer,
        deadlineMs: DEADLINE_MS,
      });
      return new Map(users.map(({ userId, username }) => [userId, username]));
    } catch (error) {
      if (!(error instanceof PeerUnavailable)) throw error;
      return new Map();
    }
  }
}
