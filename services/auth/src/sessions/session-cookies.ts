import { Violation } from '@secureconnect/platform/problem/violation';
import {
  cookieNames,
  cookieOptions,
  readCookie,
  transportOf,
  type TrustProxy,
} from '@secureconnect/platform/tokens/transport';
import type { Request, Response } from 'express';
import { ACCESS_LIFETIME_SECONDS } from './access-token-mint.js';
import { SESSION_LIFETIME_MS } from './session-rules.js';

function safeTransport(request: Request): 'secure' | 'localhost' {
  const transport = transportOf(request, request.app.get('trust proxy fn') as TrustProxy);
  if (transport === 'insecure') throw new Violation('insecure-transport');
  return transport;
}

/** Sets the access cookie, and the refresh cookie where there is a new one. */
export function setSessionCookies(
  request: Request,
  response: Response,
  tokens: { accessToken: string; refreshToken?: string },
): void {
  const transport = safeTransport(request);
  const names = cookieNames(transport);
  response.cookie(names.access, tokens.accessToken, cookieOptions(transport, ACCESS_LIFETIME_SECONDS * 1000));
  if (tokens.refreshToken !== undefined) {
    response.cookie(names.refresh, tokens.refreshToken, cookieOptions(transport, SESSION_LIFETIME_MS));
  }
}

/** Makes the browser forget both cookies. */
export function clearSessionCookies(request: Request, response: Response): void {
  const transport = safeTransport(request);
  for (const name of Object.values(cookieNames(transport))) response.cookie(name, '', cookieOptions(transport, 0));
}

export function refreshCookie(request: Request): string | undefined {
  return readCookie(request, cookieNames(safeTransport(request)).refresh);
}

export function accessCookie(request: Request): string | undefined {
  return readCookie(request, cookieNames(safeTransport(request)).access);
}
