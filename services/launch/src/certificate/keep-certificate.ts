import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { selfSign } from './self-signed.js';

/** Browsers refuse longer lives of certificates that a person has trusted (Apple: 825 days; the public web: 398). */
const VALID_DAYS = 397;
const RENEW_BEFORE_MS = 30 * 86_400_000;

export interface CertificateFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

/**
 * Gives the TLS certificate in the folder, and first makes or renews it when it is missing, within 30 days of its end, or does not
 * name all the given names and addresses.
 */
export function keepCertificate(
  dir: string,
  names: readonly string[],
  now: Date,
): CertificateFiles & { made: boolean } {
  const files = { certificate: join(dir, 'certificate.pem'), privateKey: join(dir, 'private-key.pem') };
  if (isGood(files, names, now)) return { ...files, made: false };
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const fresh = selfSign(names, now, VALID_DAYS);
  writeWhole(files.privateKey, fresh.privateKey);
  writeWhole(files.certificate, fresh.certificate);
  return { ...files, made: true };
}

function isGood(files: CertificateFiles, names: readonly string[], now: Date): boolean {
  if (!existsSync(files.certificate) || !existsSync(files.privateKey)) return false;
  try {
    const certificate = new X509Certificate(readFileSync(files.certificate));
    const lasts = Date.parse(certificate.validTo) - now.getTime() > RENEW_BEFORE_MS;
    const namesAll = names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)));
    return lasts && namesAll;
  } catch {
    return false; // not a certificate: make one
  }
}

function writeWhole(path: string, content: string): void {
  writeFileSync(`${path}.unfinished`, content, { mode: 0o600 });
  renameSync(`${path}.unfinished`, path);
}
