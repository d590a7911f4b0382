import { bootstrapApplication } from '@angular/platform-browser';

import { appConfig } from './app/app-config';
import { pageAbility } from './app/platform/ability';
import { applyTheme, storedTheme } from './app/platform/preferences';
import { followVisualViewport } from './app/platform/visual-viewport';
import { InsecurePage } from './app/shell/insecure-page';
import { Shell } from './app/shell/shell';

applyTheme(storedTheme());
followVisualViewport();
await (pageAbility(window) === 'able'
  ? bootstrapApplication(Shell, appConfig)
  : bootstrapApplication(InsecurePage, { providers: [] }));
