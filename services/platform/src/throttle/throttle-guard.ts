import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail, type ThrottlerRequest } from '@nestjs/throttler';
import { ANONYMOUS, type GuardedRequest } from '../bootstrap/route-marks.js';
import { ServiceConfig } from '../config/service-config.js';
import { Violation } from '../problem/violation.js';
import { AddressMarks } from './address-marks.js';

/** An office or a mobile network has one address: where accounts are counted too, it may do so many times as much. */
const PEOPLE_AT_ONE_ADDRESS = 10;

/**
 * Nest's throttler with our refusal (`throttled` and the seconds to wait) and every limit times THROTTLE_SCALE. It runs before a caller is
 * known and counts the address; it runs again once the caller is known and counts the account, whatever its addresses are.
 */
@Injectable()
export class ThrottleGuard extends ThrottlerGuard {
  @Inject(ServiceConfig)
  protected readonly config!: ServiceConfig;

  @Inject(AddressMarks)
  protected readonly marks!: AddressMarks;

  protected override handleRequest(request: ThrottlerRequest): Promise<boolean> {
    const { context } = request;
    const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
    const isAnonymous = this.reflector.getAllAndOverride<boolean>(ANONYMOUS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const people = caller === undefined && !isAnonymous ? PEOPLE_AT_ONE_ADDRESS : 1;
    return super.handleRequest({ ...request, limit: Math.ceil(request.limit * this.config.throttleScale * people) });
  }

  protected override getTracker(request: GuardedRequest): Promise<string> {
    const { caller, ip } = request;
    return Promise.resolve(
      caller === undefined ? `address ${this.marks.of(ip ?? '', 'host')}` : `user ${caller.userId}`,
    );
  }

  protected override throwThrottlingException(_: ExecutionContext, detail: ThrottlerLimitDetail): Promise<void> {
    throw new Violation('throttled', { retryAfterSeconds: Math.max(1, detail.timeToBlockExpire) });
  }
}
