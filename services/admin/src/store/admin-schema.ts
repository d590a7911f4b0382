import { OpenOutbox1794000000000 } from '@secureconnect/platform/outbox/outbox-schema';
import { OpenOperators1795000000000 } from './1795000000000-open-operators.js';
import { ChainAudit1797200000000 } from './1797200000000-chain-audit.js';
import { BootstrapClaimRow, OperatorRow } from './admin-entities.js';

/** Entities and the whole history of migrations of the admin store. */
export const ADMIN_SCHEMA = {
  entities: [OperatorRow, BootstrapClaimRow],
  migrations: [OpenOutbox1794000000000, OpenOperators1795000000000, ChainAudit1797200000000],
};
