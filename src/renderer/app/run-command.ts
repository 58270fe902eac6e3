import type { CommandId } from '../../shared/commands.ts';
import type { AppContext } from '../store/app-context.ts';
import { toggleGentle } from '../store/gentle.ts';
import { pauseAll, resumeAll } from '../store/pause-all.ts';
import { removeEnded } from '../store/remove-jobs.ts';
import { openDialog } from '../store/view-store.ts';
import { focusSearch } from './focus-search.ts';
import { focusNextRegion, focusRegion } from './regions.ts';
import { showView } from './show-view.ts';

/** What a person ordered by menu, palette or key. Lets a person pick what to send. */
export type PickToSend = (app: AppContext, what: 'files' | 'folders', shortId: string | null) => void;

/** Does a command that can be given from anywhere; those for what has the focus are done where it is. */
export function runCommand(id: CommandId, app: AppContext, pick: PickToSend): void {
  switch (id) {
    case 'open-files':
      return pick(app, 'files', null);
    case 'open-folder':
      return pick(app, 'folders', null);
    case 'pair-device':
      return openDialog({ kind: 'pair', shortId: null });
    case 'add-address':
      return openDialog({ kind: 'add-address' });
    case 'settings':
      return showView('settings');
    case 'palette':
      return openDialog({ kind: 'palette' });
    case 'shortcuts':
      return openDialog({ kind: 'shortcuts' });
    case 'report':
      return openDialog({ kind: 'report', job: null });
    case 'cannot-see':
      return openDialog({ kind: 'doctor', target: null });
    case 'find':
      showView('transfers');
      return focusSearch();
    case 'show-transfers':
      return showView('transfers');
    case 'show-devices':
      showView('devices');
      // Where the devices stand beside it, going there means the focus.
      requestAnimationFrame(() => focusRegion('nearby'));
      return;
    case 'show-browse':
      return showView('browse');
    case 'next-region':
      return focusNextRegion(1);
    case 'pause-all':
      return pauseAll(app);
    case 'resume-all':
      return resumeAll(app);
    case 'gentle':
      return toggleGentle(app);
    case 'clear-finished':
      return removeEnded(app);
    case 'paste':
    case 'open':
    case 'pause':
    case 'select':
    case 'move-up':
    case 'move-down':
    case 'remove':
    case 'rename':
    case 'copy-across':
    case 'folder-up':
    case 'new-folder':
      return;
  }
}
