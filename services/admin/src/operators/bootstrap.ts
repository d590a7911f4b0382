import { createHash, timingSafeEqual } from 'node:crypto';
import type { UserId } from '@secureconnect/contracts/ids';
import type { Secret } from '@secureconnect/platform/config/secret';
import { Violation } from '@secureconnect/platform/problem/violation';
import type { OperatorStore } from '../store/operator-store.js';

/** Makes the first operator: whoever holds the one-time token that lies in the server's secrets. */
export class Bootstrap {
  /** @param token - null where the file is gone: then nobody can claim anything */
  constructor(
    private readonly operators: OperatorStore,
    private readonly token: Secret | null,
  ) {}

  isClaimed(): Promise<boolean> {
    return this.operators.isBootstrapped();
  }

  /**
   * The token works once. After that it is refused for ever, from whomever, the first operator included: a copy of it is worth nothing.
   * @throws Violation `bootstrap-refused`, without telling a wrong token from a used one
   */
  async claim(userId: UserId, offered: string): Promise<void> {
    const isRight = this.token !== null && sameText(offered, this.token.reveal());
    if (!isRight || (await this.operators.isBootstrapped())) throw new Violation('bootstrap-refused');
    const claimed = await this.operators.bootstrap({
      actor: userId,
      action: 'operator.bootstrap',
      target: userId,
      concerns: userId,
      amount: null,
      reason: 'one-time token',
    });
    if (!claimed) throw new Violation('bootstrap-refused');
  }
}

/** In a time that tells nothing about where the texts differ, nor how long they are. */
function sameText(left: string, right: string): boolean {
  const [one, other] = [left, right].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
