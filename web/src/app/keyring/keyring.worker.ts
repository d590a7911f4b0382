/// <reference lib="webworker" />
import { createMessenger } from '@secureconnect/client/create-messenger';
import { endpointsAt, systemClock } from '@secureconnect/client/deps';
import { browserLocks } from '@secureconnect/client/locks';
import { indexedDbStorage } from '@secureconnect/client/storage/indexed-db-storage';
import { expose } from 'comlink';

import { keyringApi } from './keyring-api';

declare const self: DedicatedWorkerGlobalScope;

const messenger = createMessenger({
  endpoints: endpointsAt(self.location.origin),
  fetch: (input, init) => self.fetch(input, init),
  storage: indexedDbStorage(),
  locks: browserLocks(self.navigator.locks),
  clock: systemClock,
  random: (count) => self.crypto.getRandomValues(new Uint8Array(count)),
  secureContext: self.isSecureContext,
  userAgent: self.navigator.userAgent,
});

expose(keyringApi(messenger));
