import { randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure, toFailure } from '../../shared/failure.ts';
import { createIdentity, type Identity, readIdentity } from './identity.ts';

const CERTIFICATE_HEADER = '-----BEGIN CERTIFICATE-----';

function parse(text: string): Identity {
  const at = text.indexOf(CERTIFICATE_HEADER);
  if (at < 0) throw new Failure('key-unusable', { reason: 'no certificate' });
  return readIdentity(text.slice(0, at), text.slice(at));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Key and certificate appear together, whole and on disk, or not at all; a file that is there is never replaced. */
async function writeNew(path: string, identity: Identity): Promise<void> {
  const temp = join(dirname(path), `.device-${randomBytes(6).toString('hex')}.part`);
  const file = await open(temp, 'wx', 0o600);
  try {
    await file.writeFile(identity.keyPem + identity.certificatePem);
    await file.sync();
    await link(temp, path);
  } finally {
    await file.close();
    await unlink(temp);
  }
  if (process.platform !== 'win32') await syncFolder(dirname(path));
}

/**
 * The identity kept in the file at `path` (PEM key, then certificate, mode 0600); made on first use. The
 * folder must exist. A damaged file is never replaced, that would silently be another device.
 * Throws Failure `key-unusable`.
 */
export async function openIdentityFile(path: string): Promise<Identity> {
  try {
    return parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw asKeyFailure(error, path);
  }
  const identity = await createIdentity();
  try {
    await writeNew(path, identity);
    return identity;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw asKeyFailure(error, path);
    return parse(await readFile(path, 'utf8'));
  }
}

function asKeyFailure(error: unknown, path: string): Failure {
  const reason = toFailure(error).reason;
  return new Failure('key-unusable', { subject: path, ...(reason === undefined ? {} : { reason }) }, error);
}
