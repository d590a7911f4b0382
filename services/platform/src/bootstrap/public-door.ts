import { LIMITS } from '@secureconnect/contracts/limits';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { Histogram } from 'prom-client';
import { writeProblem } from '../problem/problem-filter.js';
import { Violation } from '../problem/violation.js';
import { originAdmitted, transportOf, type TrustProxy } from '../tokens/transport.js';
import type { GuardedRequest } from './route-marks.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Internal batches are bounded by their schemas; this bounds the parser. */
const INTERNAL_BODY_MAX_BYTES = 8_388_608;

/** Headers of every public answer: an API shows no page, and nothing of it is kept in a cache. */
export function publicHeaders(): RequestHandler[] {
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
      },
      strictTransportSecurity: false, // nginx says it, where there is TLS.
    }),
    (_request, response, next) => {
      response.setHeader('Cache-Control', 'no-store');
      next();
    },
  ];
}

/** Refuses what came in the clear, and what another site's page made the browser send (THREATS 114). */
export function refuseForeign(origins: ReadonlySet<string>): RequestHandler {
  return (request: GuardedRequest, response: Response, next: NextFunction) => {
    if (request.listener === 'internal') {
      next();
      return;
    }
    if (transportOf(request, request.app.get('trust proxy fn') as TrustProxy) === 'insecure') {
      writeProblem(response, new Violation('insecure-transport'));
    } else if (!SAFE_METHODS.has(request.method) && !originAdmitted(request, origins)) {
      writeProblem(response, new Violation('origin-refused'));
    } else next();
  };
}

/** Parses JSON bodies (`application/json` only: no form of another site can send that) within the limit of their path. */
export function parseBodies(limits: Readonly<Record<string, number>>): RequestHandler {
  const parsers = new Map<number, RequestHandler>();
  for (const limit of [...Object.values(limits), LIMITS.httpBodyMaxBytes, INTERNAL_BODY_MAX_BYTES]) {
    parsers.set(limit, express.json({ limit, type: 'application/json', strict: true, inflate: false }));
  }
  return (request: GuardedRequest, response: Response, next: NextFunction) => {
    const own = Object.hasOwn(limits, request.path) ? limits[request.path] : undefined;
    const limit = request.listener === 'internal' ? INTERNAL_BODY_MAX_BYTES : (own ?? LIMITS.httpBodyMaxBytes);
    parsers.get(limit)?.(request, response, next);
  };
}

/** Times every request by its route pattern (never its path, which may hold ids). */
export function observeRequests(seconds: Histogram<'method' | 'route' | 'status'>): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const began = performance.now();
    response.once('finish', () => {
      const route: unknown = (request as { route?: { path?: unknown } }).route?.path;
      const labels = {
        method: request.method,
        route: typeof route === 'string' ? route : 'none',
        status: String(response.statusCode),
      };
      seconds.observe(labels, (performance.now() - began) / 1000);
    });
    next();
  };
}
