import { pm2Apps, type Pm2App } from './pm2/apps.js';
import { prepareStack } from './prepare-stack.js';
import { readSettings } from './settings.js';
import { stackSettings } from './start-settings.js';

/** What `ecosystem.config.cjs` gives to PM2. Makes secrets, certificate and configuration first, where they are missing. */
export function ecosystem(variables: Readonly<Record<string, string | undefined>>, repository: string): Pm2App[] {
  const settings = readSettings(variables, repository);
  return pm2Apps(prepareStack(stackSettings(settings, repository)).programs, repository);
}
