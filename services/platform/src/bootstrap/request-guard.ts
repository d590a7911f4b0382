import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ServiceConfig } from '../config/service-config.js';
import { ServiceTokens } from '../internal-http/service-tokens.js';
import { Violation } from '../problem/violation.js';
import { ThrottleGuard } from '../throttle/throttle-guard.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { cookieNames, readCookie, transportOf, type TrustProxy } from '../tokens/transport.js';
import { ANONYMOUS, INTERNAL_CALLERS, PROBE, type GuardedRequest } from './route-marks.js';

/**
 * The one guard of every HTTP route. A route answers on the listener it belongs to and is `not-found` on the other: decided by
 * the handler that was matched, not by the path, so no spelling of a path leads round it. Then: service token on the internal
 * port; address's limit, access cookie and account's limit on the public one. Sockets were authenticated at their handshake.
 */
@Injectable()
export class RequestGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly serviceTokens: ServiceTokens,
    private readonly accessTokens: AccessTokens,
    private readonly throttle: ThrottleGuard,
    private readonly config: ServiceConfig,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const callers = this.#mark(INTERNAL_CALLERS, context) as string[] | undefined;
    const isProbe = this.#mark(PROBE, context) === true;
    if (request.listener === 'internal') return this.#internal(request, callers, isProbe);
    if (callers !== undefined || isProbe) throw new Violation('not-found');
    return this.#public(request, context);
  }

  #internal(request: GuardedRequest, callers: string[] | undefined, isProbe: boolean): boolean {
    if (isProbe) return true;
    if (callers === undefined) throw new Violation('not-found');
    const caller = this.serviceTokens.callerOf(request.headers.authorization);
    if (caller === null) throw new Violation('unauthenticated');
    if (!callers.includes(caller)) throw new Violation('forbidden');
    request.serviceCaller = caller;
    return true;
  }

  async #public(request: GuardedRequest, context: ExecutionContext): Promise<boolean> {
    await this.throttle.canActivate(context);
    if (this.#mark(ANONYMOUS, context) === true) return true;
    const transport = transportOf(request, request.app.get('trust proxy fn') as TrustProxy);
    if (transport === 'insecure') throw new Violation('insecure-transport');
    request.caller = await this.accessTokens.verify(readCookie(request, cookieNames(transport).access));
    await this.throttle.canActivate(context);
    return true;
  }

  #mark(key: string, context: ExecutionContext): unknown {
    return this.reflector.getAllAndOverride<unknown>(key, [context.getHandler(), context.getClass()]);
  }
}
