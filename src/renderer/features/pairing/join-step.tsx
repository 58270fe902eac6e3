import { useState } from 'react';
import type { Failure } from '../../../shared/failure.ts';
import { failurePhrase } from '../../format/failure-phrase.ts';
import { type Translate, useTranslate } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useCall } from '../../ui/use-call.ts';

function joinPhrase(t: Translate, failure: Failure): string {
  if (failure.code === 'expired') return t('pairing.inviteUsed');
  return failurePhrase(t, failure, null);
}

/** What the other screen shows. */
export interface Invite {
  readonly address: string;
  readonly code: string;
}

export interface JoinStepProps {
  /** Filled in; null: to be typed. */
  readonly invite: Invite | null;
  readonly onJoined: () => void;
}

/** Address and code as the other screen shows them; both pasted into the first are told apart. */
export function JoinStep({ invite, onJoined }: JoinStepProps) {
  const t = useTranslate();
  const { engine } = useApp();
  const [address, setAddress] = useState(invite?.address ?? '');
  const [code, setCode] = useState(invite?.code ?? '');
  const { run, isBusy, failure } = useCall();
  const isReady = address.trim() !== '' && code.trim() !== '';

  function takeAddress(typed: string): void {
    const isPasted = typed.length > address.length + 1;
    const [first = '', ...rest] = typed.trimStart().split(/\s+/);
    if (isPasted && rest.join('').length > 0) {
      setAddress(first);
      setCode(rest.join(' '));
    } else setAddress(typed);
  }

  function join(): void {
    if (!isReady) return;
    void run(async (signal) => {
      await engine.call('invite.join', { address: address.trim(), code: code.trim() }, signal);
      onJoined();
    });
  }

  return (
    <div className="flex flex-col gap-4">
      <p className="text-text-2">{t('pairing.joinHow')}</p>
      <TextField
        label={t('pairing.inviteAddress')}
        value={address}
        onChange={takeAddress}
        placeholder={t('pairing.addressExample')}
        autoFocus
        onEnter={join}
      />
      <TextField label={t('pairing.inviteCode')} value={code} onChange={setCode} onEnter={join} />
      {failure !== null && (
        <Note tone="bad" role="alert">
          {joinPhrase(t, failure)}
        </Note>
      )}
      <div className="flex justify-end">
        <Button kind="primary" isDisabled={!isReady || isBusy} onPress={join}>
          {t('pairing.joinNow')}
        </Button>
      </div>
    </div>
  );
}
