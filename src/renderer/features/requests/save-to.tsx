import { useEffect, useState } from 'react';
import type { OfferView } from '../../../shared/job.ts';
import type { Place } from '../../../shared/place.ts';
import { baseName } from '../../format/names.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { useAsk } from '../../store/use-ask.ts';
import { Choice } from '../../ui/choice.tsx';

/** Where it is to go: null is where the offer says. */
export interface Target {
  readonly place: Place | null;
  readonly label: string;
}

const INBOX = 'inbox';
const OTHER = 'other';

/** Folders a page may choose, beside the inbox; a desktop asks its own dialog. */
function useRoots(): readonly { readonly root: string; readonly name: string }[] {
  const { host } = useApp();
  const ask = useAsk();
  const [roots, setRoots] = useState<readonly { root: string; name: string }[]>([]);
  useEffect(() => {
    if (host.kind !== 'browser') return;
    void ask('places.roots', {}).then((answer) => {
      if ('output' in answer)
        setRoots(answer.output.filter(({ root, writable }) => writable && root !== INBOX));
    });
  }, [ask, host]);
  return roots;
}

export interface SaveToProps {
  readonly offer: OfferView;
  readonly target: Target;
  readonly onChange: (target: Target) => void;
}

/** The name of the folder an offer goes to by itself. */
export function useDefaultTarget(offer: OfferView): Target {
  const t = useTranslate();
  const inbox = useEngine((state) => state.settings.inbox);
  return { place: null, label: offer.into === inbox ? t('requests.inbox') : baseName(offer.into) };
}

/** Inbox, one of the folders a page may use, or any other folder through the desktop's dialog. */
export function SaveTo({ offer, target, onChange }: SaveToProps) {
  const t = useTranslate();
  const { host } = useApp();
  const roots = useRoots();
  const first = useDefaultTarget(offer);
  const chosen =
    target.place === null ? INBOX : typeof target.place === 'string' ? target.place : target.place.root;
  const options = [
    { value: INBOX, label: first.label },
    ...roots.map(({ root, name }) => ({ value: root, label: name })),
    ...(typeof target.place === 'string' ? [{ value: target.place, label: target.label }] : []),
    ...(host.kind === 'desktop' ? [{ value: OTHER, label: t('requests.otherFolder') }] : []),
  ];
  const choose = async (value: string) => {
    if (value === INBOX) onChange(first);
    else if (value === OTHER) {
      const folder = await host.pickFolder(offer.into);
      if (folder !== null) onChange({ place: folder, label: baseName(folder) });
    } else {
      const root = roots.find((each) => each.root === value);
      if (root !== undefined) onChange({ place: { root: root.root, path: '' }, label: root.name });
    }
  };
  return (
    <Choice
      label={t('requests.saveTo')}
      value={chosen}
      options={options}
      onChange={(value) => void choose(value)}
      className="w-44"
    />
  );
}
