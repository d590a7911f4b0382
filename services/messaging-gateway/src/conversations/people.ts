import { UsersLookupAnswer } from '@secureconnect/contracts/internal';
import type { UserId } from '@secureconnect/contracts/ids';
import type { InternalHttp } from '@secureconnect/platform/internal-http/internal-http';

/** Says whether there is such a user. */
export interface People {
  /** @throws PeerUnavailable while auth cannot answer */
  exists(userId: UserId): Promise<boolean>;
}

const REMEMBERED_MAX = 50_000;

/** Asks auth; a user that was seen once is remembered (accounts do not vanish within a process's life unseen: a send does not ask again). */
export class PeopleByHttp implements People {
  readonly #seen = new Set<UserId>();

  constructor(private readonly http: InternalHttp) {}

  async exists(userId: UserId): Promise<boolean> {
    if (this.#seen.has(userId)) return true;
    const answer = await this.http.call({
      peer: 'auth',
      path: '/internal/users/lookup',
      body: { userIds: [userId] },
      answer: UsersLookupAnswer,
    });
    if (!answer.users.some((user) => user.userId === userId)) return false;
    if (this.#seen.size >= REMEMBERED_MAX) this.#seen.clear();
    this.#seen.add(userId);
    return true;
  }
}
