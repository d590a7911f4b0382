import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepCertificate } from '../src/certificate/keep-certificate.js';
import { selfSign } from '../src/certificate/self-signed.js';

const NAMES = ['localhost', 'host.example', '127.0.0.1', '192.168.1.20', '::1', 'fe80::1:2'];
const NOW = new Date('2026-11-23T12:00:00Z');
const days = (count: number): Date => new Date(NOW.getTime() + count * 86_400_000);

describe('a self-signed certificate', () => {
  const { certificate, privateKey } = selfSign(NAMES, NOW, 397);
  const parsed = new X509Certificate(certificate);

  it('names every host and address, and no other', () => {
    expect(parsed.checkHost('localhost')).toBe('localhost');
    expect(parsed.checkHost('host.example')).toBe('host.example');
    for (const address of ['127.0.0.1', '192.168.1.20', '::1', 'fe80::1:2'])
      expect(parsed.checkIP(address)).toBe(address);
    expect(parsed.checkHost('other.example')).toBeUndefined();
    expect(parsed.checkIP('192.168.1.21')).toBeUndefined();
  });

  it('is signed by its own P-256 key and is no authority', () => {
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
    expect(parsed.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(parsed.ca).toBe(false);
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('is good from an hour ago for the days asked', () => {
    expect(Date.parse(parsed.validFrom)).toBe(NOW.getTime() - 3_600_000);
    expect(Date.parse(parsed.validTo)).toBe(days(397).getTime());
  });

  it('writes times after 2049 so that they are read as such', () => {
    const far = new X509Certificate(selfSign(['localhost'], new Date('2049-12-31T00:00:00Z'), 397).certificate);
    expect(far.validTo).toContain('2051');
  });

  it('has a serial number of its own', () => {
    expect(new X509Certificate(selfSign(NAMES, NOW, 1).certificate).serialNumber).not.toBe(parsed.serialNumber);
  });

  it('carries a TLS connection for a client that trusts it, and not for one that does not', async () => {
    const fresh = selfSign(NAMES, new Date(), 397);
    const server = createServer({ cert: fresh.certificate, key: fresh.privateKey }, (_, answer) => answer.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const call = (ca: string | undefined): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', port, agent: false, ...(ca !== undefined && { ca }) } as const;
        request(options, (answer) => resolve(answer.resume().statusCode))
          .once('error', reject)
          .end();
      });
    await expect(call(fresh.certificate)).resolves.toBe(200);
    await expect(call(undefined)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    server.close();
  });
});

describe('the kept certificate', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sc-tls-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const keep = (names: string[], now: Date): boolean => keepCertificate(join(dir, 'tls'), names, now).made;

  it('is made once, and its key is the owner’s alone', () => {
    const first = keepCertificate(join(dir, 'tls'), ['localhost', '10.0.0.5'], NOW);
    expect(first.made).toBe(true);
    expect(statSync(first.privateKey).mode & 0o777).toBe(0o600);
    const before = readFileSync(first.certificate, 'utf8');
    expect(keep(['localhost', '10.0.0.5'], days(300))).toBe(false);
    expect(readFileSync(first.certificate, 'utf8')).toBe(before);
  });

  it('is made anew when an address is new, and not when one has gone', () => {
    expect(keep(['localhost', '10.0.0.5'], NOW)).toBe(true);
    expect(keep(['localhost'], NOW)).toBe(false);
    expect(keep(['localhost', '10.0.0.6'], NOW)).toBe(true);
  });

  it('is made anew 30 days before its end', () => {
    expect(keep(['localhost'], NOW)).toBe(true);
    expect(keep(['localhost'], days(366))).toBe(false);
    expect(keep(['localhost'], days(368))).toBe(true);
  });

  it('is made anew when the file is no certificate', () => {
    const { certificate } = keepCertificate(join(dir, 'tls'), ['localhost'], NOW);
    writeFileSync(certificate, 'not a certificate');
    expect(keep(['localhost'], NOW)).toBe(true);
  });
});
