import { useState } from 'react';
import type { CopyPlace } from '../../../shared/browse.ts';
import { childOf } from '../../format/places.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Modal } from '../../ui/modal.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useCall } from '../../ui/use-call.ts';

/** NAME_MAX of every file system that matters, in bytes; characters are never more. */
const MAX_NAME = 255;

/** Whether a folder can be called so: one part of a path. */
export function isFolderName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}

export interface NewFolderDialogProps {
  readonly folder: CopyPlace;
  /** The name of the device it is made on. */
  readonly device: string | null;
  /** Null: nothing was made. */
  readonly onClose: (made: CopyPlace | null) => void;
}

/** Asks for a name and makes a folder of it. */
export function NewFolderDialog({ folder, device, onClose }: NewFolderDialogProps) {
  const t = useTranslate();
  const { engine } = useApp();
  const { run, failure, isBusy, clear } = useCall();
  const [name, setName] = useState('');
  const trimmed = name.trim();
  const isPossible = isFolderName(trimmed);
  const make = () => {
    if (!isPossible || isBusy) return;
    void run(async (signal) => {
      const at = childOf(folder, trimmed);
      await engine.call('browse.makeFolder', { at }, signal);
      onClose(at);
    });
  };
  return (
    <Modal title={t('browse.newFolder')} isOpen onClose={() => onClose(null)}>
      <div className="flex flex-col gap-4">
        <TextField
          label={t('browse.folderName')}
          value={name}
          onChange={(text) => {
            clear();
            setName(text);
          }}
          onEnter={make}
          autoFocus
          maxLength={MAX_NAME}
          error={trimmed !== '' && !isPossible ? t('browse.folderNameWrong') : null}
        />
        {failure !== null && (
          <p role="alert" className="text-13 text-bad">
            <FailureText failure={failure} device={device} />
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onPress={() => onClose(null)}>{t('common.cancel')}</Button>
          <Button kind="primary" isDisabled={!isPossible || isBusy} onPress={make}>
            {t('browse.make')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
