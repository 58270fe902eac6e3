import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import type { ManifestPage } from '../../shared/manifest.ts';
import { manifestHead, manifestLine } from '../../shared/manifest-text.ts';
import type { Context, Run } from '../context.ts';
import { toManifestLine } from '../lines.ts';
import { withEngine } from '../with-engine.ts';

export function addManifestCommand(program: Command, run: Run): void {
  program
    .command('manifest')
    .description('list the files that a job has brought here, each with the hash that it came with')
    .argument('<job>', 'job, or its beginning')
    .action((job: string) => run((context) => manifest(context, job)));
}

async function manifest(context: Context, prefix: string): Promise<ExitCode> {
  const { output, signal } = context;
  return await withEngine(context, {}, async ({ api }) => {
    const job = await api.call('jobs.get', { job: prefix }, signal);
    let page: number | null = 0;
    while (page !== null) {
      const part: ManifestPage = await api.call('jobs.manifest', { job: job.job, page }, signal);
      const head = page === 0 ? manifestHead(job, part, Date.now()) : '';
      for (const file of output.json ? part.files : []) output.fact(toManifestLine(job.job, file), null);
      output.text(`${head}${part.files.map(manifestLine).join('')}`.slice(0, -1));
      page = part.next;
    }
    return EXIT.ok;
  });
}
