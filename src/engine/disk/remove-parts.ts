import { fs } from './fs.ts';

/**
 * Removes staged folders and part files with all that is in them; links are never followed.
 * @param paths exact bytes, absolute.
 * @returns those that could not be removed.
 */
export async function removeParts(paths: readonly Buffer[]): Promise<Buffer[]> {
  const left: Buffer[] = [];
  for (const path of paths) {
    try {
      await fs.promises.rm(path, { recursive: true, force: true });
    } catch {
      left.push(path);
    }
  }
  return left;
}
