import { OpenRelayHours1795000000000 } from './1795000000000-open-relay-hours.js';
import { RelayHourRow } from './signaling-entities.js';

/** Entities and the whole history of migrations of the signaling store. */
export const SIGNALING_SCHEMA = { entities: [RelayHourRow], migrations: [OpenRelayHours1795000000000] };
