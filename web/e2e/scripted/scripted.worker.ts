/// <reference lib="webworker" />
import { expose } from 'comlink';

import { keyringApi } from '../../src/app/keyring/keyring-api';
import { scenarioOf } from './scenarios';
import { ScriptedMessenger } from './scripted-messenger';

declare const self: DedicatedWorkerGlobalScope & { scripted?: ScriptedMessenger };

/** The test takes hold of the script by evaluating in this Worker. */
self.scripted = new ScriptedMessenger(scenarioOf(self.name));
expose(keyringApi(self.scripted));
