import { Injectable } from '@angular/core';
import { type Remote, wrap } from 'comlink';

import type { KeyringApi } from './keyring-api';

/** The page's end of the Worker that holds the keys. One Worker per page. */
@Injectable({ providedIn: 'root' })
export class KeyringWorker {
  readonly remote: Remote<KeyringApi> = wrap<KeyringApi>(
    new Worker(new URL('./keyring.worker', import.meta.url), { type: 'module', name: 'keyring' }),
  );
}
