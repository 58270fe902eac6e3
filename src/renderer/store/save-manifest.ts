import type { EngineApi } from '../../shared/engine-api.ts';
import { escapeText } from '../../shared/escape.ts';
import type { JobView } from '../../shared/job.ts';
import type { ManifestPage } from '../../shared/manifest.ts';
import { manifestHead, manifestLine } from '../../shared/manifest-text.ts';
import { act } from './act.ts';

/** What was saved last; its text is let go of with the next one, when the browser has long copied it. */
let lastAddress: string | null = null;

/** The list of a job's files with their hashes, part by part. Null: refused, which shows on the job. */
async function readManifest(engine: EngineApi, job: JobView): Promise<Blob | null> {
  const text: Blob[] = [];
  let page: number | null = 0;
  while (page !== null) {
    const part: ManifestPage | null = await act(engine, job.job, 'jobs.manifest', { job: job.job, page });
    if (part === null) return null;
    const head = page === 0 ? manifestHead(job, part, Date.now()) : '';
    // The browser may keep parts of a blob on disk, which a text of a hundred megabytes it cannot.
    text.push(new Blob([head, part.files.map(manifestLine).join('')]));
    page = part.next;
  }
  return new Blob(text, { type: 'text/plain;charset=utf-8' });
}

/** Gives a person the list of what a job has brought here as a file: where to is asked by the browser or the shell. */
export async function saveManifest(engine: EngineApi, job: JobView): Promise<void> {
  const content = await readManifest(engine, job);
  if (content === null) return;
  if (lastAddress !== null) URL.revokeObjectURL(lastAddress);
  lastAddress = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = lastAddress;
  link.download = `${escapeText(job.names[0] ?? job.job)}.manifest.txt`;
  link.click();
}
