import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES } from '../src/process-table.js';
import { CALLERS, distributeSecrets, makeSecrets, readServiceToken, secretFilesOf } from '../src/secrets.js';

describe('secrets', () => {
  let dir: string;
  const text = (name: string): string => readFileSync(join(dir, name), 'utf8');
  const everything = (): Record<string, string> =>
    Object.fromEntries(readdirSync(dir).map((name) => [name, text(name)]));

  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sc-secrets-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('are readable by their owner only', () => {
    makeSecrets(join(dir, 'inner'));
    expect(statSync(join(dir, 'inner')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(dir, 'inner')))
      expect(statSync(join(dir, 'inner', name)).mode & 0o777).toBe(0o600);
  });

  it('are kept when they are made again', () => {
    makeSecrets(dir);
    const before = everything();
    makeSecrets(dir);
    expect(everything()).toEqual(before);
  });

  it('are made anew, each alone, when one is lost', () => {
    makeSecrets(dir);
    const before = everything();
    rmSync(join(dir, 'refresh.key'));
    makeSecrets(dir);
    expect(text('refresh.key')).not.toBe(before['refresh.key']);
    expect(text('pepper.key')).toBe(before['pepper.key']);
  });

  it('differ from folder to folder', () => {
    makeSecrets(join(dir, 'a'));
    makeSecrets(join(dir, 'b'));
    for (const name of readdirSync(join(dir, 'a'))) expect(text(`a/${name}`)).not.toBe(text(`b/${name}`));
  });

  it('hold an ES256 pair whose halves belong together', () => {
    makeSecrets(dir);
    const data = Buffer.from('token');
    const signature = sign('sha256', data, createPrivateKey(text('jwt-private.pem')));
    const publicKey = createPublicKey(text('jwt-public.pem'));
    expect(publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(verify('sha256', data, publicKey, signature)).toBe(true);
  });

  it('hold keys of 32 bytes', () => {
    makeSecrets(dir);
    for (const name of ['pepper.key', 'refresh.key', 'prelogin.key'])
      expect(Buffer.from(text(name), 'base64url')).toHaveLength(32);
  });

  it('tell every service the hash of each caller’s token, and no token', () => {
    makeSecrets(dir);
    const hashes = JSON.parse(text('service-tokens.json')) as Record<string, string>;
    expect(Object.keys(hashes).sort()).toEqual([...CALLERS].sort());
    for (const caller of CALLERS) {
      const token = readServiceToken(dir, caller);
      expect(hashes[caller]).toBe(createHash('sha256').update(token).digest('hex'));
      expect(text('service-tokens.json')).not.toContain(token);
    }
  });

  it('leave out a file that a cut-short start began', () => {
    writeFileSync(join(dir, '.pepper.key.unfinished'), 'half');
    makeSecrets(dir);
    expect(Buffer.from(text('pepper.key'), 'base64url')).toHaveLength(32);
  });

  describe('handed out to the services', () => {
    it('give the signing key to auth alone', () => {
      expect(SERVICES.filter((service) => secretFilesOf(service).includes('jwt-private.pem'))).toEqual(['auth']);
      expect(SERVICES.filter((service) => secretFilesOf(service).includes('pepper.key'))).toEqual(['auth']);
    });

    it('give nobody the token of another', () => {
      for (const service of SERVICES) {
        const tokens = secretFilesOf(service).filter((name) => name.startsWith('service-') && name.endsWith('.token'));
        expect(tokens).toEqual([`service-${service}.token`]);
      }
    });

    it('put into each folder what that service may read and nothing else', () => {
      makeSecrets(join(dir, 'all'));
      distributeSecrets(join(dir, 'all'), (service) => join(dir, service));
      for (const service of SERVICES) {
        expect(readdirSync(join(dir, service)).sort()).toEqual([...secretFilesOf(service)].sort());
        expect(text(`${service}/jwt-public.pem`)).toBe(text('all/jwt-public.pem'));
      }
    });
  });
});
