import { bootstrapApplication } from '@angular/platform-browser';

import { appConfig } from './app/app-config';
import { pageAbility } from './app/platform/ability';
import { applyTheme, storedTheme } from './app/platform/preferences';
import { followVisualViewport } from './app/platform/visual-viewport';
import { InsecurePage } from './app/shell/insecure-page';
import { Shell } from './app/shell/shell';

applyTheme(storedTheme());
followVisualViewport();
if (pageAbility(window) === 'able') {
  const app = await bootstrapApplication(Shell, appConfig);
  // over everything, and no area of its own knows it
  app.bootstrap((await import('./app/calls/call-layer')).CallLayer);
} else await bootstrapApplication(InsecurePage, { providers: [] });
