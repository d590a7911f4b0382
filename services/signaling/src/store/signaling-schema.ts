import { OpenOutbox1794000000000 } from '@secureconnect/platform/outbox/outbox-schema';
import { OpenRelayHours1795000000000 } from './1795000000000-open-relay-hours.js';
import { OpenCalls1796000000000 } from './1796000000000-open-calls.js';
import { RelayHourRow } from './signaling-entities.js';

/** Entities and the whole history of migrations of the signaling store. */
export const SIGNALING_SCHEMA = {
  entities: [RelayHourRow],
  migrations: [OpenOutbox1794000000000, OpenRelayHours1795000000000, OpenCalls1796000000000],
};
