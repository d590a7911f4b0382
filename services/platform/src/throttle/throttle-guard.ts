import { Inject, Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail, type ThrottlerRequest } from '@nestjs/throttler';
import { ServiceConfig } from '../config/service-config.js';
import { Violation } from '../problem/violation.js';

/** Nest's throttler with our refusal (`throttled` and the seconds to wait) and every limit times THROTTLE_SCALE. */
@Injectable()
export class ThrottleGuard extends ThrottlerGuard {
  @Inject(ServiceConfig)
  protected readonly config!: ServiceConfig;

  protected override handleRequest(request: ThrottlerRequest): Promise<boolean> {
    return super.handleRequest({ ...request, limit: Math.ceil(request.limit * this.config.throttleScale) });
  }

  protected override throwThrottlingException(_: ExecutionContext, detail: ThrottlerLimitDetail): Promise<void> {
    throw new Violation('throttled', { retryAfterSeconds: Math.max(1, detail.timeToBlockExpire) });
  }
}
