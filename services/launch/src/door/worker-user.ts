import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';

/** Accounts that packages of nginx use for its workers, and the one that every system has. */
const CANDIDATES = ['www-data', 'nginx', 'nobody'];

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom nginx's workers run as when we are root: an account without rights that reaches the given files and the folder where nginx
 * works, else root. Undefined when we are not root: then the workers run as we do.
 */
export function pickWorkerUser(files: readonly string[], workDir: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  mkdirSync(workDir, { recursive: true });
  chmodSync(workDir, 0o755);
  const accounts = CANDIDATES.map(accountOf).filter((account) => account !== undefined);
  const able = accounts.find((account) => files.every((file) => mayRead(account, file)) && mayRead(account, workDir));
  return able ?? { name: 'root', uid: 0, gid: 0 };
}

function accountOf(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid) };
}

function mayRead(account: Account, path: string): boolean {
  return spawnSync('test', ['-r', path], { uid: account.uid, gid: account.gid, cwd: '/' }).status === 0;
}
