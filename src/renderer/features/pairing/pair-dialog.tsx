import { ChevronLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { PairingView } from '../../../shared/device.ts';
import { failurePhrase } from '../../format/failure-phrase.ts';
import { isolate } from '../../format/isolate.ts';
import type { PhraseKey } from '../../i18n/catalogue.ts';
import { type Translate, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Note } from '../../ui/note.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { PhraseWithName } from '../../ui/phrase-with-name.tsx';
import { CallStep } from './call-step.tsx';
import { ChooseStep } from './choose-step.tsx';
import { CompareStep } from './compare-step.tsx';
import { InviteStep } from './invite-step.tsx';
import { type Invite, JoinStep } from './join-step.tsx';
import { useFollowedPairing } from './use-followed-pairing.ts';
import { useNewPaired } from './use-new-paired.ts';
import { usePairCall } from './use-pair-call.ts';
import { usePairWindow } from './use-pair-window.ts';

type Step = 'nearby' | 'invite' | 'join';

/** Why a comparison ended without a pair. */
function endPhrase(t: Translate, pairing: PairingView): string {
  const device = pairing.peer === null ? t('app.otherDevice') : isolate(pairing.peer.name);
  if (pairing.failure === null) return t('pairing.stopped');
  switch (pairing.failure.code) {
    case 'pairing-mismatch':
      return t('pairing.stopped');
    case 'expired':
      return t('pairing.expired');
    case 'interrupted':
    case 'peer-gone':
    case 'cancelled':
      return t('pairing.otherStopped', { device });
    default:
      return failurePhrase(t, pairing.failure, pairing.peer?.name ?? null);
  }
}

const TITLES: Readonly<Record<Step, PhraseKey>> = {
  nearby: 'pairing.title',
  invite: 'pairing.inviteTitle',
  join: 'pairing.joinTitle',
};

const close = () => openDialog(null);

function OtherWays({ onChoose }: { readonly onChoose: (step: Step) => void }) {
  const t = useTranslate();
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-4 max-medium:mt-auto">
      <p className="text-13 text-text-2">{t('pairing.otherWays')}</p>
      <div className="flex flex-wrap gap-2">
        <Button onPress={() => onChoose('invite')}>{t('pairing.invite')}</Button>
        <Button onPress={() => onChoose('join')}>{t('pairing.join')}</Button>
        <Button onPress={() => openDialog({ kind: 'add-address' })}>{t('devices.addAddress')}</Button>
      </div>
    </div>
  );
}

export interface PairDialogProps {
  readonly shortId: string | null;
  /** An invite from elsewhere, to be joined once a person says so. */
  readonly invite: Invite | null;
}

/** Pairs two devices: six digits on both screens, or a code. */
export function PairDialog({ shortId, invite }: PairDialogProps) {
  const t = useTranslate();
  const { engine } = useApp();
  const [chosen, setChosen] = useState(shortId);
  const [step, setStep] = useState<Step>(invite === null ? 'nearby' : 'join');
  const peer = useEngine((state) => (chosen === null ? null : (state.peers[chosen] ?? null)));
  const { pairing, letGo } = useFollowedPairing();
  const isNearby = step === 'nearby';
  const { open } = usePairWindow(isNearby);
  const call = usePairCall(isNearby && pairing === null ? chosen : null);
  const newPaired = useNewPaired();
  // Only when the list says so too: what was dropped on the device is sent by then.
  const isInList = useEngine((state) =>
    Object.values(state.peers).some(({ id, paired }) => paired && id !== null && id === pairing?.peer?.id),
  );
  const isDone = pairing === null ? newPaired !== null : pairing.state === 'done' && isInList;
  useEffect(() => {
    if (isDone) close();
  }, [isDone]);

  /** Said by the person here, with the button or by going away: nothing is shared. */
  function stop(): void {
    if (pairing === null || pairing.state !== 'comparing') return;
    engine
      .call('pair.confirm', { pairing: pairing.pairing, matches: false }, new AbortController().signal)
      .catch(() => undefined);
  }

  function tryAgain(): void {
    letGo();
    open();
  }

  const name = pairing?.peer?.name ?? peer?.name;
  const title =
    isNearby && name !== undefined ? (
      <PhraseWithName phrase="pairing.titleWith" name={name} nameClassName="" />
    ) : (
      t(TITLES[step])
    );
  const isComparing = pairing !== null && pairing.state !== 'failed';
  return (
    <Modal
      title={title}
      isOpen
      role={isComparing ? 'alertdialog' : 'dialog'}
      onClose={() => {
        stop();
        close();
      }}
    >
      <div className="flex flex-col gap-5 max-medium:flex-1">
        {isComparing && <CompareStep key={pairing.pairing} pairing={pairing} onDifferent={stop} />}
        {pairing?.state === 'failed' && (
          <Note tone="bad" role="alert" actions={<Button onPress={tryAgain}>{t('common.tryAgain')}</Button>}>
            <Phrase text={endPhrase(t, pairing)} />
          </Note>
        )}
        {pairing === null && isNearby && (
          <>
            {peer === null ? (
              <ChooseStep onChoose={setChosen} onOpenAgain={open} />
            ) : (
              <CallStep peer={peer} call={call} />
            )}
            <OtherWays onChoose={setStep} />
          </>
        )}
        {pairing === null && step === 'invite' && <InviteStep />}
        {pairing === null && step === 'join' && <JoinStep invite={invite} onJoined={close} />}
        {pairing === null && !isNearby && (
          <Button kind="quiet" className="self-start" onPress={() => setStep('nearby')}>
            <ChevronLeft size={16} strokeWidth={1.75} aria-hidden />
            {t('common.back')}
          </Button>
        )}
      </div>
    </Modal>
  );
}
