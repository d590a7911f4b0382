import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SERVICES, type Service } from './process-table.js';

/** Who may call the services' internal ports: the services themselves, and the launcher for its one question to admin. */
export const CALLERS = [...SERVICES, 'launch'] as const;
export type Caller = (typeof CALLERS)[number];

const tokenFile = (caller: Caller): string => `service-${caller}.token`;

/** The files that a service may read, by name. Only auth holds the private key; nobody reads another's token. */
export function secretFilesOf(service: Service): readonly string[] {
  const everyone = ['jwt-public.pem', 'service-tokens.json', tokenFile(service)];
  if (service === 'auth') return [...everyone, 'jwt-private.pem', 'pepper.key', 'refresh.key', 'prelogin.key'];
  if (service === 'credits') return [...everyone, 'receipts.key'];
  if (service === 'signaling') return [...everyone, 'turn.secret'];
  if (service === 'admin') return [...everyone, 'admin-bootstrap.token'];
  return everyone;
}

/**
 * Makes what is missing in the folder (mode 0700) and leaves alone what is there. Each file is mode 0600:
 * an ES256 key pair (PKCS#8 and SPKI, PEM), four keys of 32 random bytes (base64url text), one 32-byte token a caller (base64url text)
 * and the SHA-256 of each (hex) in `service-tokens.json`, the private Redis's password, the secret that the relay shares with signaling, and the one-time token that makes the first operator.
 */
export function makeSecrets(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  makeSigningKeys(dir);
  for (const name of [
    'pepper.key',
    'refresh.key',
    'prelogin.key',
    'receipts.key',
    'redis.password',
    'turn.secret',
    'admin-bootstrap.token',
  ])
    makeRandom(dir, name);
  for (const caller of CALLERS) makeRandom(dir, tokenFile(caller));
  const hashes = CALLERS.map((caller) => [caller, sha256Hex(readServiceToken(dir, caller))]);
  writeSecret(dir, 'service-tokens.json', `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
}

/** Copies to each service's own folder the files that it may read, and no other. */
export function distributeSecrets(from: string, folderOf: (service: Service) => string): void {
  for (const service of SERVICES) {
    const folder = folderOf(service);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of secretFilesOf(service)) {
      copyFileSync(join(from, name), join(folder, name));
      chmodSync(join(folder, name), 0o600);
    }
  }
}

export function readServiceToken(dir: string, caller: Caller): string {
  return readSecret(dir, tokenFile(caller));
}

export function readBootstrapToken(dir: string): string {
  return readSecret(dir, 'admin-bootstrap.token');
}

export function readTurnSecret(dir: string): string {
  return readSecret(dir, 'turn.secret');
}

export function readRedisPassword(dir: string): string {
  return readSecret(dir, 'redis.password');
}

function readSecret(dir: string, name: string): string {
  return readFileSync(join(dir, name), 'utf8').trim();
}

function makeSigningKeys(dir: string): void {
  if (existsSync(join(dir, 'jwt-private.pem')) && existsSync(join(dir, 'jwt-public.pem'))) return;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeSecret(dir, 'jwt-private.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeSecret(dir, 'jwt-public.pem', publicKey.export({ type: 'spki', format: 'pem' }));
}

function makeRandom(dir: string, name: string): void {
  if (!existsSync(join(dir, name))) writeSecret(dir, name, randomBytes(32).toString('base64url'));
}

/** Whole or not at all: a start that is cut short leaves no half a key behind. */
function writeSecret(dir: string, name: string, content: string | Buffer): void {
  const unfinished = join(dir, `.${name}.unfinished`);
  const file = openSync(unfinished, 'w', 0o600);
  writeSync(file, content.toString());
  fsyncSync(file);
  closeSync(file);
  renameSync(unfinished, join(dir, name));
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
