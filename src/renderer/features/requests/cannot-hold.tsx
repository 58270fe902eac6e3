import type { Preflight } from '../../../shared/preflight.ts';
import { countText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';

/** What of an offer the disk here cannot hold as it is; nothing where it can hold all of it. */
export function CannotHold({ preflight }: { readonly preflight: Preflight }) {
  const t = useTranslate();
  const locale = useLanguage();
  const { tooLarge, badNames, collisions } = preflight;
  const lines = [
    { count: tooLarge, key: 'requests.tooLarge' as const },
    { count: badNames, key: 'requests.badNames' as const },
    { count: collisions, key: 'requests.collisions' as const },
  ].filter(({ count }) => count > 0);
  return lines.map(({ count, key }) => (
    <p key={key} className="text-13 text-text-2">
      {t(key, { count, n: countText(count, locale) })}
    </p>
  ));
}
