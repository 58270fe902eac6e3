import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deviceIdOf, shortIdOf } from './device-id.ts';
import { createIdentity, type Identity, readIdentity } from './identity.ts';

const run = promisify(execFile);
let folder = '';
let identity: Identity;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-certificate-'));
  identity = await createIdentity();
  await writeFile(join(folder, 'c.pem'), identity.certificatePem);
});
afterAll(() => rm(folder, { recursive: true }));

test('openssl, strict, takes the certificate for a server and for a client', async () => {
  const path = join(folder, 'c.pem');
  for (const purpose of ['sslserver', 'sslclient']) {
    const check = ['verify', '-x509_strict', '-check_ss_sig', '-purpose', purpose, '-CAfile', path, path];
    await expect(run('openssl', check)).resolves.toMatchObject({ stdout: expect.stringContaining(': OK') });
  }
  const { stdout } = await run('openssl', ['x509', '-in', path, '-noout', '-text']);
  expect(stdout).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
  expect(stdout).toMatch(/X509v3 Basic Constraints: critical\s+CA:FALSE/);
  expect(stdout).toMatch(/TLS Web Server Authentication, TLS Web Client Authentication/);
  expect(stdout).toMatch(/Not After : Dec 31 23:59:59 9999/);
  expect(stdout).toMatch(/ASN1 OID: prime256v1/);
});

test('it verifies itself, names nobody, and carries the key the id is made of', async () => {
  const certificate = new X509Certificate(identity.certificatePem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.subject).toMatch(/^CN=[0-9a-f]{16}$/);
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  expect(deviceIdOf(spki)).toBe(identity.id);
  const { stdout } = await run('sh', [
    '-c',
    `openssl x509 -in ${folder}/c.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum`,
  ]);
  expect(stdout.slice(0, 64)).toBe(identity.id);
  const base32 = await run('sh', ['-c', `printf ${identity.id} | xxd -r -p | base32`]).catch(() => null);
  if (base32 !== null) expect(base32.stdout.toLowerCase().slice(0, 20)).toBe(shortIdOf(identity.id));
});

test('certificates of many keys parse: no integer form is ever wrong', async () => {
  for (let round = 0; round < 40; round += 1) {
    const { certificatePem } = await createIdentity();
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  }
});

test('a key that is damaged or of another certificate is refused', async () => {
  const other = await createIdentity();
  expect(readIdentity(identity.keyPem, identity.certificatePem)).toEqual(identity);
  for (const [key, certificate] of [
    [identity.keyPem, other.certificatePem],
    ['', identity.certificatePem],
    [identity.keyPem, 'no certificate'],
  ] as const) {
    expect(() => readIdentity(key, certificate)).toThrow(expect.objectContaining({ code: 'key-unusable' }));
  }
});
