import { playAccounts } from './accounts-scenario.js';
import { playCalls } from './calls-scenario.js';
import { playGroups } from './groups-scenario.js';
import { playLetters } from './letters-scenario.js';
import { playScenario } from './scenario.js';

/** Names of the frozen files. */
export const FROZEN = ['kdf', 'identities', 'vaults', 'envelopes', 'accounts', 'letters', 'groups', 'calls'] as const;

/** Everything that is frozen, by the name of its file: bytes as hex. */
export async function playAll(): Promise<Record<(typeof FROZEN)[number], unknown>> {
  return {
    ...(await playScenario()),
    accounts: await playAccounts(),
    letters: await playLetters(),
    groups: await playGroups(),
    calls: await playCalls(),
  };
}
