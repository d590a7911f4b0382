import { inject } from '@angular/core';
import { type CanActivateFn, Router } from '@angular/router';

import { Session } from '../keyring/session';
import { Preferences } from '../platform/preferences';

/** Pages of a session: whoever has none is taken to where one begins. */
export const forMembers: CanActivateFn = async () => {
  const router = inject(Router);
  const session = inject(Session);
  const { hadSession } = inject(Preferences);
  await session.restored();
  if (session.self() !== null) return true;
  return router.parseUrl(hadSession || session.endedBy() !== null ? '/log-in' : '/sign-up');
};

/** Pages before a session. */
export const forVisitors: CanActivateFn = async () => {
  const router = inject(Router);
  const session = inject(Session);
  await session.restored();
  return session.self() === null ? true : router.parseUrl('/chats');
};
