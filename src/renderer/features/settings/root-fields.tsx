import { useEffect, useState } from 'react';
import { useTranslate } from '../../i18n/translate.ts';
import { useAsk } from '../../store/use-ask.ts';
import { Choice } from '../../ui/choice.tsx';
import { TextField } from '../../ui/text-field.tsx';

/** A folder that a page may name: one of this device's roots, and a way in it. */
export interface RootFolder {
  readonly root: string;
  /** '/'-separated; empty is the root itself. */
  readonly path: string;
  /** The last name of it. */
  readonly name: string;
}

export interface RootFieldsProps {
  readonly value: RootFolder | null;
  readonly onChange: (value: RootFolder) => void;
}

/** Which folder of the machine a page is shown from; other folders are chosen on that machine itself. */
export function RootFields({ value, onChange }: RootFieldsProps) {
  const t = useTranslate();
  const ask = useAsk();
  const [roots, setRoots] = useState<readonly { readonly root: string; readonly name: string }[]>([]);
  useEffect(() => {
    void ask('places.roots', {}).then((answer) => {
      if ('output' in answer) setRoots(answer.output);
    });
  }, [ask]);
  const [first] = roots;
  useEffect(() => {
    if (value === null && first !== undefined) onChange({ root: first.root, path: '', name: first.name });
  }, [value, first, onChange]);
  const rootName = (root: string) => roots.find((each) => each.root === root)?.name ?? root;
  const at = (root: string, path: string) =>
    onChange({ root, path, name: path.split('/').findLast((name) => name !== '') ?? rootName(root) });
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-col gap-1">
        <span className="text-13 font-medium text-text-2">{t('sharing.folder')}</span>
        <Choice
          label={t('sharing.folder')}
          value={value?.root ?? ''}
          options={roots.map(({ root, name }) => ({ value: root, label: name }))}
          onChange={(root) => at(root, '')}
          className="w-full"
        />
      </div>
      <TextField
        label={t('sharing.within')}
        description={t('sharing.withinHow')}
        value={value?.path ?? ''}
        onChange={(path) => value !== null && at(value.root, path.replace(/^\/+|\/+$/g, ''))}
      />
    </div>
  );
}
