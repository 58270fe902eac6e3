import { Failure } from '../../shared/failure.ts';
import type { CallParts, HandlersOf } from './call-parts.ts';
import { withSettings } from './with-settings.ts';

/** What only a page in a browser asks: files it holds itself, and the folders it may look into. */
export function createPageCalls(
  parts: Pick<CallParts, 'places' | 'pages' | 'peers' | 'settings'>,
): HandlersOf<'page' | 'places' | 'web'> {
  const { places, pages, peers } = parts;
  return {
    'page.send': async ({ selection, to, options }) => {
      const targets = to.map((reference) => peers.find(reference));
      return await pages.send(selection, targets, withSettings(options, parts.settings()));
    },
    'page.resume': async ({ job, selection }) => await pages.resume(job, selection),
    'places.roots': async () => await places.roots(),
    'places.list': async ({ place }) => await places.list(place),
    // who serves a page answers this before it comes here
    'web.link': () => Promise.reject(new Failure('usage', { reason: 'this device serves no page' })),
  };
}
