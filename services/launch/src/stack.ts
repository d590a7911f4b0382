import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findWebRoot, prepareStack } from './prepare-stack.js';
import { reservePorts } from './stack/port-block.js';
import { RunningStack, type FurtherVariables, type Stack } from './stack/running-stack.js';

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
  /** On which hosts servers may stand that help calls, beside the door's own (none). */
  readonly relayHosts?: readonly string[];
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
  const cleanUp = (): void => {
    block.release();
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  let stack: RunningStack | undefined;
  try {
    stack = assemble(options, dataDir, block.ports as [number, number, ...number[]], cleanUp);
    await stack.startAll();
    return stack;
  } catch (error) {
    if (stack === undefined) cleanUp();
    else await stack.stop();
    throw error;
  }
}

function assemble(
  options: StackOptions,
  dataDir: string,
  [httpPort, httpsPort, ...ports]: readonly [number, number, ...number[]],
  cleanUp: () => void,
): RunningStack {
  const doors = [`http://localhost:${httpPort}`, `http://127.0.0.1:${httpPort}`, `https://localhost:${httpsPort}`];
  const prepared = prepareStack({
    repository: REPOSITORY,
    dataDir,
    counts: { 'messaging-gateway': options.gateways ?? 2, signaling: options.signalings ?? 2 },
    ports,
    origins: [...doors, `https://127.0.0.1:${httpsPort}`, ...(options.origins ?? [])],
    logLevel: options.logLevel ?? 'info',
    ...(options.nginx && {
      door: {
        webRoot: options.web ?? findWebRoot(REPOSITORY),
        httpPort,
        listenHttp: [`127.0.0.1:${httpPort}`],
        listenHttps: [`127.0.0.1:${httpsPort}`],
        certificate: ['localhost', '127.0.0.1'],
        relayHosts: options.relayHosts ?? [],
        trustedProxies: [],
        logLevel: 'alert',
      },
    }),
  });
  return new RunningStack(prepared, {
    env: options.env ?? {},
    readyWithinMs: options.readyWithinMs ?? DEFAULT_READY_WITHIN_MS,
    dataDir,
    httpUrl: `http://localhost:${httpPort}`,
    httpsUrl: `https://localhost:${httpsPort}`,
    cleanUp,
  });
}
