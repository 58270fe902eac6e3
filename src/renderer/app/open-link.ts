import type { DeepLink } from '../../shared/deep-link.ts';
import { openDialog } from '../store/view-store.ts';

/** Fills in the dialog a link is about. Nothing is asked of anybody before a person presses its button. */
export function openLink(link: DeepLink): void {
  if (link.kind === 'add') openDialog({ kind: 'add-address', address: link.address });
  else openDialog({ kind: 'pair', shortId: null, join: { address: link.address, code: link.code } });
}
