import { useEffect } from 'react';
import { COMMANDS } from '../../shared/commands.ts';
import { useApp } from '../store/app-context.ts';
import { viewStore } from '../store/view-store.ts';
import { isMac } from './is-mac.ts';
import { isPressed } from './keys.ts';
import { focusNextRegion } from './regions.ts';
import { type PickToSend, runCommand } from './run-command.ts';

/**
 * The keys that work from anywhere. On the desktop its menu owns them and sends commands; F6 is the page's own in
 * both. While a question stands over the screen they rest.
 */
export function useShortcuts(pick: PickToSend): void {
  const app = useApp();
  useEffect(() => {
    const mac = isMac(app.host.platform);
    const own = COMMANDS.filter(({ reach, keys }) => reach === 'app' && keys !== null);
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || viewStore.getState().dialog !== null) return;
      if (event.key === 'F6' && !event.ctrlKey && !event.altKey && !event.metaKey) {
        event.preventDefault();
        focusNextRegion(event.shiftKey ? -1 : 1);
        return;
      }
      if (app.host.kind === 'desktop') return;
      const command = own.find(({ keys }) => isPressed(keys ?? '', event, mac));
      if (command === undefined) return;
      event.preventDefault();
      runCommand(command.id, app, pick);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [app, pick]);
}
