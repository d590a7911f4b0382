import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import type { Request } from 'express';
import type { CallerIdentity } from '../tokens/caller.js';

export const INTERNAL_CALLERS = 'sc:internal-callers';
export const PROBE = 'sc:probe';
export const ANONYMOUS = 'sc:anonymous';

/** What the request guard notes on a request. */
export interface GuardedRequest extends Request {
  listener?: 'public' | 'internal';
  caller?: CallerIdentity;
  serviceCaller?: string;
}

/**
 * Marks a controller or method that lives on the internal port only, and names the services it admits (`auth`,
 * `messaging-gateway`, ...). Everything that is not marked lives on the public port only.
 */
export const Internal = (...callers: string[]) => SetMetadata(INTERNAL_CALLERS, callers);

/** Marks a route of the internal port that needs no service token (health, metrics). */
export const Probe = () => SetMetadata(PROBE, true);

/** Marks a public route that needs no login. Every other public route wants a valid access cookie. */
export const Anonymous = () => SetMetadata(ANONYMOUS, true);

/**
 * Bounds a public route: at most `limit` requests in `windowSeconds` (times THROTTLE_SCALE) of one account, or from one address where
 * nobody is logged in; from one address with many accounts, ten times that.
 */
export const RateLimit = (limit: number, windowSeconds: number) =>
  applyDecorators(Throttle({ default: { limit, ttl: windowSeconds * 1000 } }));

/** The verified caller of a public route: `list(@Caller() caller: CallerIdentity)`. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerIdentity => {
  const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
  if (caller === undefined) throw new Error('@Caller() on a route that admits anyone');
  return caller;
});

/** The service that calls an internal route: `hold(@ServiceCaller() caller: string)`. */
export const ServiceCaller = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { serviceCaller } = context.switchToHttp().getRequest<GuardedRequest>();
  if (serviceCaller === undefined) throw new Error('@ServiceCaller() on a route of the public port');
  return serviceCaller;
});
