import type { Ban, Problem, ProblemCode, SocketRefusal } from '@secureconnect/contracts/problem';

const STATUS: Record<ProblemCode, number> = {
  'invalid-request': 400,
  'too-large': 413,
  'not-found': 404,
  'method-not-allowed': 405,
  unauthenticated: 401,
  forbidden: 403,
  'origin-refused': 403,
  'insecure-transport': 403,
  throttled: 429,
  unavailable: 503,
  internal: 500,
  'protocol-version': 400,
  'credentials-refused': 401,
  'registration-closed': 403,
  'username-taken': 409,
  'user-id-taken': 409,
  'identity-refused': 422,
  'device-refused': 422,
  'too-many-devices': 409,
  'vault-refused': 422,
  'vault-conflict': 409,
  'session-ended': 401,
  'session-reused': 401,
  'account-banned': 403,
  'locked-out': 429,
  'revocation-refused': 422,
  'envelope-refused': 422,
  'not-a-member': 403,
  'peer-unknown': 404,
  'conversation-unknown': 404,
  'message-id-taken': 409,
  'sequence-gap': 409,
  'insufficient-credits': 402,
  'credits-unavailable': 503,
  'device-unbound': 403,
  'group-refused': 422,
  'group-conflict': 409,
  'epoch-stale': 409,
  'signal-refused': 422,
  'signal-expired': 422,
  'bootstrap-refused': 403,
  'call-full': 409,
  'call-unknown': 404,
  'call-id-taken': 409,
};

export interface ViolationExtras {
  /** Seconds until the same request may be tried again. */
  retryAfterSeconds?: number;
  /** With `account-banned`: why, and until when. */
  ban?: Ban;
  /** Names (dotted paths) of refused fields; never values. */
  fields?: string[];
}

/** A request that is refused with a stable code. Thrown anywhere below a controller or gateway; one filter maps it. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly extras: ViolationExtras = {},
  ) {
    super(code);
    this.status = STATUS[code];
  }

  /** RFC 9457 problem details. */
  toProblem(): Problem {
    return {
      type: `urn:secureconnect:problem:${this.code}`,
      title: this.code.replaceAll('-', ' '),
      status: this.status,
      code: this.code,
      ...this.extras,
    };
  }

  /** The same refusal as a socket acknowledgement. */
  toRefusal(): SocketRefusal {
    return { ok: false, code: this.code, ...this.extras };
  }
}

/** A socket acknowledgement that refuses: `return refusal('not-a-member')`. */
export function refusal(code: ProblemCode, extras: ViolationExtras = {}): SocketRefusal {
  return { ok: false, code, ...extras };
}
