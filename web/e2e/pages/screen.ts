import type { ScriptedApp } from './scripted-app.js';

export type Act = (app: ScriptedApp) => Promise<void>;

/** One screen in one state. */
export interface Screen {
  readonly name: string;
  readonly scenario: string;
  readonly path?: string;
  readonly act?: Act;
}
