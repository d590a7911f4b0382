import type { ProblemCode } from '@secureconnect/contracts/problem';

/** A peer answered with a problem. `code` is null where the answer was not one of ours. */
export class PeerRefusal extends Error {
  override readonly name = 'PeerRefusal';

  constructor(
    readonly peer: string,
    readonly route: string,
    readonly status: number,
    readonly code: ProblemCode | null,
  ) {
    super(`${peer} ${route} ${String(status)} ${code ?? 'unknown'}`);
  }
}

/** A peer did not answer within the deadline, or could not be reached, or said `unavailable`. */
export class PeerUnavailable extends Error {
  override readonly name = 'PeerUnavailable';

  constructor(
    readonly peer: string,
    readonly route: string,
    readonly reason: string,
  ) {
    super(`${peer} ${route} ${reason}`);
  }
}
