import { ChevronRight, FolderSymlink, Plus, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { ShareView } from '../../../shared/share.ts';
import { isolate } from '../../format/isolate.ts';
import { baseName } from '../../format/names.ts';
import { countText } from '../../format/numbers.ts';
import { openTo, ownPeers, rightsOf } from '../../format/share-access.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { ShareDialog } from './share-dialog.tsx';
import { useShares } from './use-shares.ts';

/** Who may do what, in one line. */
function useAccessLine(share: ShareView): string {
  const t = useTranslate();
  const locale = useLanguage();
  const own = ownPeers(useEngine((state) => state.peers));
  const rights = rightsOf(
    share,
    own.map(({ id }) => id ?? ''),
  );
  if (rights.who === 'mine') return t(`sharing.allMine.${rights.all}`);
  const namesOf = (access: 'read' | 'write') =>
    own.filter(({ id }) => rights.each[id ?? ''] === access).map(({ name }) => isolate(name));
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const lines = (['read', 'write'] as const).flatMap((access) => {
    const names = namesOf(access);
    return names.length === 0 ? [] : [t(`sharing.some.${access}`, { devices: list.format(names) })];
  });
  return lines.length === 0 ? t('sharing.nobody') : lines.join(' · ');
}

function ShareRow({ share, onOpen }: { readonly share: ShareView; readonly onOpen: () => void }) {
  const t = useTranslate();
  const locale = useLanguage();
  const line = useAccessLine(share);
  const own = ownPeers(useEngine((state) => state.peers)).map(({ id }) => id ?? '');
  const count = openTo(rightsOf(share, own), own);
  const warning = !share.isThere
    ? t('sharing.isGone')
    : share.opens === null || count === 0
      ? null
      : t(`sharing.opens.${share.opens}`, { count, n: countText(count, locale) });
  return (
    <li className="border-b border-line last:border-b-0">
      <AriaButton
        onPress={onOpen}
        className="flex min-h-14 w-full min-w-0 cursor-default items-center gap-3 rounded-control px-2 py-2 text-left data-hovered:bg-sunken data-pressed:bg-selected"
      >
        <FolderSymlink size={20} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-2" />
        <span className="flex min-w-0 flex-1 flex-col">
          <span className="flex min-w-0 items-baseline gap-2">
            <NameText name={share.name} className="shrink-0 font-medium" />
            <NameText name={share.dir} className="text-13 text-text-2" />
          </span>
          <span className="text-13 text-text-2">
            <Phrase text={line} />
          </span>
          {warning !== null && (
            <span className="flex items-start gap-1.5 text-13 text-wait">
              <TriangleAlert size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
              {warning}
            </span>
          )}
        </span>
        <ChevronRight size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-2" />
      </AriaButton>
    </li>
  );
}

/** What is being set: a folder that is shared, or one that is to be. */
type Editing = { readonly share: ShareView | null; readonly dir: string | null };

/** Folders that one's other devices may open, and what they may do there. */
export function SharingSection() {
  const t = useTranslate();
  const { host } = useApp();
  const { shares, failure, reload } = useShares();
  const [editing, setEditing] = useState<Editing | null>(null);
  const add = async () => {
    if (host.kind === 'browser') {
      setEditing({ share: null, dir: null });
      return;
    }
    const dir = await host.pickFolder(null);
    if (dir !== null) setEditing({ share: null, dir });
  };
  return (
    <>
      <p className="py-3 text-text-2">{t('sharing.how')}</p>
      {failure !== null && (
        <p role="alert" className="pb-3 text-bad">
          <FailureText failure={failure} device={null} />
        </p>
      )}
      {shares?.length === 0 && <p className="pb-3">{t('sharing.none')}</p>}
      <ul>
        {shares?.map((share) => (
          <ShareRow key={share.name} share={share} onOpen={() => setEditing({ share, dir: share.dir })} />
        ))}
      </ul>
      <div className="flex py-3">
        <Button onPress={() => void add()}>
          <Plus size={16} strokeWidth={1.75} aria-hidden />
          {t('sharing.add')}
        </Button>
      </div>
      {editing !== null && (
        <ShareDialog
          share={editing.share}
          dir={editing.dir}
          firstName={editing.dir === null ? '' : baseName(editing.dir)}
          taken={(shares ?? []).map(({ name }) => name).filter((name) => name !== editing.share?.name)}
          onClose={() => {
            setEditing(null);
            reload();
          }}
        />
      )}
    </>
  );
}
