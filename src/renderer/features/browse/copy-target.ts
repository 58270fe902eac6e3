import { type CopyPlace, MAX_COPY_SOURCES } from '../../../shared/browse.ts';
import { isolate } from '../../format/isolate.ts';
import { countText } from '../../format/numbers.ts';
import { crumbsOf, isFolderPlace, isWithin, placeKey } from '../../format/places.ts';
import type { Translate } from '../../i18n/translate.ts';
import { crumbLabel, type RootNames } from './crumb-label.ts';
import type { Pane } from './use-pane.ts';

export interface TargetContext {
  readonly t: Translate;
  readonly locale: string;
  readonly here: string;
  readonly roots: RootNames;
}

/** `nas, 2026`: the device and the folder that is open in a pane. */
export function placeLabel(pane: Pane, { t, here, roots }: TargetContext): string {
  const device = isolate(pane.peer?.name ?? here);
  const last = crumbsOf(pane.place).at(-1);
  if (last === undefined || !isFolderPlace(pane.place)) return device;
  return t('browse.placeOn', { device, folder: isolate(crumbLabel(last, roots, t)) });
}

/** Why what is chosen in `from` cannot be copied to `to`; null: it can. */
export function whyNotCopy(from: Pane, to: Pane, context: TargetContext): string | null {
  const { t, locale } = context;
  const { chosen } = from;
  if (chosen.length === 0) return t('browse.chooseSome');
  if (chosen.length > MAX_COPY_SOURCES) {
    return t('browse.tooMany', { n: countText(MAX_COPY_SOURCES, locale) });
  }
  if (chosen.some(({ canName }) => !canName)) return t('browse.notText');
  if (to.isOffline) return t('browse.targetOffline', { device: isolate(to.peer?.name ?? '') });
  if (!isFolderPlace(to.place)) return t('browse.openTarget');
  if (to.listing === null || placeKey(to.listing.place) !== placeKey(to.place)) return t('browse.opening');
  if (from.listing !== null && placeKey(from.listing.place) === placeKey(to.place)) {
    return t('browse.samePlace');
  }
  if (!to.listing.canWrite) return t('browse.readOnly', { place: placeLabel(to, context) });
  if (chosen.some(({ place }) => isWithin(to.place, place))) return t('browse.intoItself');
  return null;
}

/** Places of what is chosen. */
export function chosenPlaces(pane: Pane): readonly CopyPlace[] {
  return pane.chosen.map(({ place }) => place);
}
