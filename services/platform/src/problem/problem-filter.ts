import { Catch, HttpException, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { ProblemCode, SocketRefusal } from '@secureconnect/contracts/problem';
import type { Response } from 'express';
import { EventLog } from '../logging/event-log.js';
import { PeerRefusal, PeerUnavailable } from '../internal-http/peer-errors.js';
import { Violation } from './violation.js';

/**
 * What every thrown thing becomes: a {@link Violation} stays itself, Nest's and body-parser's HTTP errors get the code of their
 * status, a silent peer is `unavailable`, and anything else is a bug: logged, and answered as `internal` without a detail.
 */
export function toViolation(error: unknown, log: EventLog): Violation {
  if (error instanceof Violation) return error;
  if (error instanceof PeerUnavailable) return new Violation('unavailable', { retryAfterSeconds: 1 });
  const status = statusOf(error);
  if (status !== undefined && status < 500) return new Violation(codeOfStatus(status));
  log.error(error instanceof PeerRefusal ? 'peer.refused' : 'request.failed', error);
  return new Violation('internal');
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  // body-parser and express mark their errors by `expose` and `status`.
  if (error instanceof Error && 'expose' in error && 'status' in error && typeof error.status === 'number')
    return error.status;
  return undefined;
}

function codeOfStatus(status: number): ProblemCode {
  switch (status) {
    case 401:
      return 'unauthenticated';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 405:
      return 'method-not-allowed';
    case 413:
      return 'too-large';
    case 429:
      return 'throttled';
    default:
      return 'invalid-request';
  }
}

/** Writes a refusal as `application/problem+json` (RFC 9457). */
export function writeProblem(response: Response, violation: Violation): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (violation.extras.retryAfterSeconds !== undefined)
    response.setHeader('Retry-After', String(violation.extras.retryAfterSeconds));
  response.status(violation.status).type('application/problem+json').send(JSON.stringify(violation.toProblem()));
}

/** The one error filter, for HTTP and sockets: problem details, or a refusing acknowledgement. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: EventLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const violation = toViolation(error, this.log);
    if (host.getType() === 'http') {
      writeProblem(host.switchToHttp().getResponse<Response>(), violation);
      return;
    }
    // A socket handler's arguments are (socket, body, acknowledge?, event name).
    const acknowledge = host.getArgs<unknown[]>().find(isAcknowledge);
    acknowledge?.(violation.toRefusal());
  }
}

function isAcknowledge(argument: unknown): argument is (outcome: SocketRefusal) => void {
  return typeof argument === 'function';
}
