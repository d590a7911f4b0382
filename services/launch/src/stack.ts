import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findWebRoot, prepareStack } from './prepare-stack.js';
import { portsNeeded, type ReplicaCounts } from './process-table.js';
import { reservePorts } from './stack/port-block.js';
import { RunningStack, type FurtherVariables, type Stack } from './stack/running-stack.js';

export type { Stack, StackDoor, StackReplica } from './stack/running-stack.js';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const DEFAULT_READY_WITHIN_MS = 60_000;

export interface StackOptions {
  /** Default: a new folder among the system's temporary ones, which `stop()` removes. */
  readonly dataDir?: string;
  /** Replicas of messaging-gateway (2) and of signaling (2). */
  readonly gateways?: number;
  readonly signalings?: number;
  /** nginx in front, http and https on 127.0.0.1 (false). */
  readonly nginx?: boolean;
  /** Folder of the built web app for nginx; default: the project's own build. */
  readonly web?: string;
  readonly env?: FurtherVariables;
  /** Further origins to admit, beside the stack's own. */
  readonly origins?: readonly string[];
  /** How long all replicas may take to be ready, in milliseconds (60,000). */
  readonly readyWithinMs?: number;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/**
 * Starts Redis, all services and, if wanted, nginx as processes of their own. Stacks do not see one another. When this process
 * dies, they end too.
 *
 * @throws LaunchFailure when a replica does not get ready in time, with the end of its log; nothing is left running
 */
export async function launchStack(options: StackOptions = {}): Promise<Stack> {
  const block = await reservePorts();
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'secureconnect-'));
  const counts: ReplicaCounts = { 'messaging-gateway': options.gateways ?? 2, signaling: options.signalings ?? 2 };
  const [httpPort, httpsPort, ...ports] = block.ports as [number, number, ...number[]];
  if (ports.length < portsNeeded(counts)) throw new RangeError('too many replicas for one block of ports');
  const origins = [`http://localhost:${httpPort}`, `http://127.0.0.1:${httpPort}`, `https://localhost:${httpsPort}`, `https://127.0.0.1:${httpsPort}`];
  const prepared = prepareStack({
    repository: REPOSITORY,
    dataDir,
    counts,
    ports,
    origins: [...origins, ...(options.origins ?? [])],
    logLevel: options.logLevel ?? 'info',
    ...(options.nginx && {
      door: {
        webRoot: options.web ?? findWebRoot(REPOSITORY),
        httpPort,
        listenHttp: [`127.0.0.1:${httpPort}`],
        listenHttps: [`127.0.0.1:${httpsPort}`],
        certificate: ['localhost', '127.0.0.1'],
        trustedProxies: [],
        logLevel: 'alert',
      },
    }),
  });
  const door = prepared.certificateFile && {
    httpUrl: `http://localhost:${httpPort}`,
    httpsUrl: `https://localhost:${httpsPort}`,
    certificate: readFileSync(prepared.certificateFile, 'utf8'),
  };
  const stack = new RunningStack(prepared, options.env ?? {}, options.readyWithinMs ?? DEFAULT_READY_WITHIN_MS, dataDir, `http://localhost:${httpPort}`, door || undefined, () => {
    block.release();
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  });
  await stack.startAll();
  return stack;
}
