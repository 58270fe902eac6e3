import type { HostApi, HostCommand } from '../../shared/host-api.ts';
import { hostNewsStore, noteUnseen } from '../store/host-news.ts';

/** More than a shell can send before there is an engine. */
const MAX_EARLY = 100;

const early: HostCommand[] = [];
let obeyer: ((command: HostCommand) => void) | null = null;

/** What concerns the page as a whole, also while there is no engine. Whether it was of that kind. */
function isNews(command: HostCommand): boolean {
  switch (command.kind) {
    case 'engine-failed':
      hostNewsStore.setState({ engineFailure: command.failure });
      return true;
    case 'login-item':
      hostNewsStore.setState({ needsLoginApproval: command.needsApproval });
      return true;
    case 'note-failed':
      noteUnseen(command.note);
      return true;
    default:
      return false;
  }
}

/** Takes the shell's commands from the first moment on; what needs an engine waits for {@link obeyHost}. Once. */
export function listenToHost(host: Pick<HostApi, 'onCommand'>): void {
  host.onCommand((command) => {
    if (isNews(command)) return;
    if (obeyer !== null) obeyer(command);
    else if (early.length < MAX_EARLY) early.push(command);
  });
}

/** Has `obey` do the commands from now on, those that wait first. Returns how to stop. */
export function obeyHost(obey: (command: HostCommand) => void): () => void {
  obeyer = obey;
  for (const command of early.splice(0)) obey(command);
  return () => {
    if (obeyer === obey) obeyer = null;
  };
}
