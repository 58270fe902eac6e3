import { execFile } from 'node:child_process';

const MAX_OUTPUT_BYTES = 16 << 20;

/** Names, types and bytes of two trees (or two files) by diff, one line a difference; times are not looked at. */
export async function compareContent(source: string, destination: string): Promise<string[]> {
  return await new Promise((resolve, reject) => {
    const args = ['-r', '--brief', '--no-dereference', source, destination];
    execFile('diff', args, { maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
      // 1 is how diff says that it found something.
      if (error !== null && error.code !== 1) reject(new Error(`diff: ${stderr}`));
      else resolve(stdout.split('\n').filter((line) => line !== ''));
    });
  });
}
