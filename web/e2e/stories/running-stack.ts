import { test as base } from '@playwright/test';
import { launchStack } from '@secureconnect/launch/stack';
import type { Stack } from '@secureconnect/launch/stack/running-stack';

/** All stories come from one address: the rates that protect the services from strangers are for their own tests. */
const UNHURRIED = { all: { THROTTLE_SCALE: '1000' } };

/** The whole product on free ports: nginx, two gateways, all services, Redis. */
export const test = base.extend<object, { stack: Stack; origin: string }>({
  stack: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads from it what a fixture needs
    async ({}, use) => {
      const stack = await launchStack({ nginx: true, gateways: 2, env: UNHURRIED });
      await use(stack);
      await stack.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  origin: [
    async ({ stack }, use) => {
      await use(stack.door!.httpUrl);
    },
    { scope: 'worker' },
  ],
});

export { expect } from '@playwright/test';
