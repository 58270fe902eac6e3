import { toFailure } from '../../../shared/failure.ts';
import type { HeldSelection } from '../../ports/page-files/held-selection.ts';
import { PageFilesServer, pageFilesUrl } from '../../ports/page-files/page-files-server.ts';
import type { AppContext } from '../../store/app-context.ts';
import { type LostSource, pageSources } from '../../store/page-sources.ts';

/** Between two tries to get back to a device that does not answer. */
const RETRY_MS = 1_000;

/** Reads the page's files for `ticket` until `jobs` are done. */
export function servePage(selection: HeldSelection, ticket: string, jobs: readonly string[]): void {
  const socket = new WebSocket(pageFilesUrl(location.host, ticket));
  pageSources.serve(new PageFilesServer(selection, socket), { selection, jobs });
}

/** Goes on with what lost its connection, as long as this connection to the engine lasts. */
export function resumeLostPages(app: AppContext, signal: AbortSignal): void {
  pageSources.watchLost((source) => void resume(app, source, signal), signal);
}

async function resume(app: AppContext, source: LostSource, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answer = await askTicket(app, source, signal);
    if (answer !== 'later') {
      pageSources.settle(source);
      if (answer !== 'over') servePage(source.selection, answer.ticket, source.jobs);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** A ticket of any job that has not ended: it is good for all of the drop that wait for the page. */
async function askTicket(
  { engine }: AppContext,
  { selection, jobs }: LostSource,
  signal: AbortSignal,
): Promise<{ readonly ticket: string } | 'over' | 'later'> {
  for (const job of jobs) {
    try {
      const input = { job, selection: selection.toPageSelection() };
      return await engine.call('page.resume', input, signal);
    } catch (error) {
      const { code } = toFailure(error);
      if (code !== 'unknown-job' && code !== 'changed') return 'later';
    }
  }
  return 'over';
}
