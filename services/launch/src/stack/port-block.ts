import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPortFree } from '../ports.js';

/** Below the ranges from which systems take ports for outgoing connections, so that none of those is in the way. */
const FIRST = 20_000;
const BLOCKS = 180;
/** Ports in a block: enough for 15 replicas. */
const BLOCK_SIZE = 64;

export interface PortBlock {
  readonly ports: readonly number[];
  /** Gives the block back; done at the latest when the process that reserved it has died. */
  release(): void;
}

/**
 * A block of free loopback ports, reserved against other stacks of this machine. (Listening on port 0 would give ports that
 * anyone may take again before our processes listen on them.)
 */
export async function reservePorts(): Promise<PortBlock> {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let step = 0; step < BLOCKS; step += 1) {
    const block = (start + step) % BLOCKS;
    const lock = lockBlock(block);
    if (lock === undefined) continue;
    const release = (): void => rmSync(lock, { recursive: true, force: true });
    const ports = Array.from({ length: BLOCK_SIZE }, (_, index) => FIRST + block * BLOCK_SIZE + index);
    const free = await Promise.all(ports.map((port) => isPortFree(port, '127.0.0.1')));
    if (free.every(Boolean)) return { ports, release };
    release();
  }
  throw new Error(`all ports from ${FIRST} to ${FIRST + BLOCKS * BLOCK_SIZE} are taken`);
}

/** Path of the lock that is now ours, or undefined when a living process has it. */
function lockBlock(block: number): string | undefined {
  const lock = join(tmpdir(), 'secureconnect-ports', String(block));
  const owner = join(lock, 'owner');
  mkdirSync(join(lock, '..'), { recursive: true });
  try {
    mkdirSync(lock);
  } catch {
    if (isOwned(owner)) return undefined;
    rmSync(owner, { force: true });
  }
  try {
    writeFileSync(owner, String(process.pid), { flag: 'wx' });
    return lock;
  } catch {
    return undefined; // another was quicker
  }
}

function isOwned(owner: string): boolean {
  try {
    process.kill(Number(readFileSync(owner, 'utf8')), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
