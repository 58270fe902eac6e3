import { useState } from 'react';
import type { Place } from '../../../shared/place.ts';
import { isShareName, MAX_SHARE_NAME, type ShareView } from '../../../shared/share.ts';
import { countText } from '../../format/numbers.ts';
import {
  FIRST_RIGHTS,
  lettingOf,
  openTo,
  ownPeers,
  rightsOf,
  type ShareRights,
} from '../../format/share-access.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Modal } from '../../ui/modal.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Note } from '../../ui/note.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useCall } from '../../ui/use-call.ts';
import { RightsFields } from './rights-fields.tsx';
import { RootFields, type RootFolder } from './root-fields.tsx';

export interface ShareDialogProps {
  /** Null: a new one. */
  readonly share: ShareView | null;
  /** Absolute path; null: a page in a browser has to choose a root. */
  readonly dir: string | null;
  readonly firstName: string;
  /** Names of the other shared folders. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

/** Name of a shared folder, and which device may do what there. */
export function ShareDialog({ share, dir, firstName, taken, onClose }: ShareDialogProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const { engine } = useApp();
  const peers = ownPeers(useEngine((state) => state.peers));
  const own = peers.map(({ id }) => id ?? '');
  const { run, failure, isBusy, clear } = useCall();
  const [name, setName] = useState(share?.name ?? firstName);
  const [root, setRoot] = useState<RootFolder | null>(null);
  const [rights, setRights] = useState<ShareRights>(share === null ? FIRST_RIGHTS : rightsOf(share, own));
  /** A new one whose folder opens more than it seems: it is kept, open to nobody, until that is confirmed. */
  const [held, setHeld] = useState<ShareView | null>(null);
  const trimmed = name.trim();
  const known = dir ?? held?.dir ?? null;
  const place: Place | null = known ?? (root === null ? null : { root: root.root, path: root.path });
  // Held back, it is among the others already.
  const nameError =
    held === null && taken.includes(trimmed)
      ? t('sharing.nameTaken')
      : trimmed !== '' && !isShareName(trimmed)
        ? t('sharing.nameWrong')
        : null;
  const count = openTo(rights, own);
  const opens = held?.opens ?? share?.opens ?? null;
  const canSave = trimmed !== '' && nameError === null && place !== null && !isBusy;

  const save = () =>
    void run(async (signal) => {
      if (share === null && held === null) {
        const nobody = { name: trimmed, dir: place, readers: [], writers: 'none' } as const;
        const made = await engine.call('shares.set', nobody, signal);
        if (made.opens !== null && count > 0) {
          setHeld(made);
          return;
        }
      }
      // It is there by now, in whichever folder.
      await engine.call('shares.set', { name: trimmed, dir: null, ...lettingOf(rights) }, signal);
      onClose();
    });
  const remove = (which: string) =>
    void run(async (signal) => {
      await engine.call('shares.remove', { name: which }, signal);
      onClose();
    });
  const cancel = () => {
    if (held === null) onClose();
    else remove(held.name);
  };

  return (
    <Modal title={t(share === null ? 'sharing.addTitle' : 'sharing.editTitle')} isOpen onClose={cancel}>
      <div className="flex flex-col gap-5">
        {known === null ? (
          <RootFields
            value={root}
            onChange={(chosen) => {
              setRoot(chosen);
              if (name === '' || name === root?.name) setName(chosen.name);
            }}
          />
        ) : (
          <div className="flex min-w-0 flex-col gap-1">
            <span className="text-13 font-medium text-text-2">{t('sharing.folder')}</span>
            <NameText name={known} className="select-text" />
          </div>
        )}
        {share === null && held === null ? (
          <TextField
            label={t('sharing.name')}
            description={t('sharing.nameHow')}
            value={name}
            onChange={(text) => {
              clear();
              setName(text);
            }}
            maxLength={MAX_SHARE_NAME}
            error={nameError}
          />
        ) : (
          <div className="flex min-w-0 flex-col gap-1">
            <span className="text-13 font-medium text-text-2">{t('sharing.name')}</span>
            <NameText name={trimmed} />
          </div>
        )}
        <RightsFields rights={rights} peers={peers} onChange={setRights} />
        {opens !== null && count > 0 && (
          <Note tone="wait" role="alert">
            {t(`sharing.opens.${opens}`, { count, n: countText(count, locale) })}
          </Note>
        )}
        {failure !== null && (
          <p role="alert" className="text-13 text-bad">
            <FailureText failure={failure} device={null} />
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          {share !== null && (
            <Button kind="danger" className="mr-auto" onPress={() => remove(share.name)}>
              {t('sharing.stop')}
            </Button>
          )}
          <Button onPress={cancel}>{t('common.cancel')}</Button>
          <Button kind="primary" isDisabled={!canSave} onPress={save}>
            {t(share !== null ? 'sharing.save' : held === null ? 'sharing.share' : 'sharing.shareAnyway')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
