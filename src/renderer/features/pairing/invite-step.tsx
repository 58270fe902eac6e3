import { useEffect, useState } from 'react';
import { toDeepLink } from '../../../shared/deep-link.ts';
import type { CallOutput } from '../../../shared/engine-api.ts';
import { countdownText } from '../../format/numbers.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Note } from '../../ui/note.tsx';
import { useCall } from '../../ui/use-call.ts';
import { useNow } from '../../ui/use-now.ts';
import { QrPicture } from './qr-picture.tsx';

/** How long the engine lets an invite live; the clock of the countdown may be a second behind. */
const INVITE_MS = 600_000;

type Invite = CallOutput<'invite.create'>;

function Shown({ invite }: { readonly invite: Invite }) {
  const t = useTranslate();
  const address = invite.addresses[0] ?? t('settings.noAddresses');
  const both = `${address} ${invite.code}`;
  return (
    <div className="flex flex-col gap-4 medium:flex-row">
      <QrPicture text={both} label={t('pairing.qr')} />
      <div className="flex min-w-0 flex-1 flex-col items-start gap-3">
        <dl className="flex min-w-0 flex-col gap-3">
          <div>
            <dt className="text-13 text-text-2">{t('pairing.inviteAddress')}</dt>
            <dd className="text-16 font-medium break-all select-text">{address}</dd>
          </div>
          <div>
            <dt className="text-13 text-text-2">{t('pairing.inviteCode')}</dt>
            {/* Four groups and three. */}
            <dd className="max-w-52 text-16 font-medium select-text">{invite.code.split('-').join(' ')}</dd>
          </div>
        </dl>
        <div className="flex flex-wrap gap-2">
          <CopyButton text={() => both} label={t('devices.copy')} />
          <CopyButton
            text={() => toDeepLink({ kind: 'join', address, code: invite.code })}
            label={t('pairing.copyLink')}
          />
        </div>
      </div>
    </div>
  );
}

/** A code that another device joins with, once, within ten minutes. */
export function InviteStep() {
  const t = useTranslate();
  const { engine } = useApp();
  const nowMs = useNow();
  const [isMine, setMine] = useState(false);
  const [invite, setInvite] = useState<Invite | null>(null);
  const [wanted, setWanted] = useState(0);
  const { run, failure } = useCall();
  // `wanted` stands for the wish for a new one.
  useEffect(() => {
    void run(async (signal) => {
      setInvite(await engine.call('invite.create', { trust: isMine ? 'mine' : 'other' }, signal));
    });
  }, [engine, run, isMine, wanted]);
  const isOver = invite !== null && invite.expires <= nowMs;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-text-2">{t('pairing.inviteHow')}</p>
      {failure !== null && (
        <Note tone="bad">
          <FailureText failure={failure} device={null} />
        </Note>
      )}
      {isOver ? (
        <Note
          tone="info"
          actions={<Button onPress={() => setWanted(wanted + 1)}>{t('pairing.inviteNew')}</Button>}
        >
          {t('pairing.inviteOver')}
        </Note>
      ) : (
        <div className="min-h-40">{invite !== null && <Shown invite={invite} />}</div>
      )}
      {invite !== null && !isOver && (
        <p className="text-13 text-text-2">
          {t('pairing.inviteLeft', { left: countdownText(Math.min(INVITE_MS, invite.expires - nowMs)) })}
        </p>
      )}
      <Checkbox isSelected={isMine} onChange={setMine}>
        {t('pairing.mine')}
      </Checkbox>
    </div>
  );
}
