import { useState } from 'react';
import type { PeerView } from '../../../shared/device.ts';
import { ENDED_STATES } from '../../../shared/job.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { peerRefOf } from '../../store/peer-ref.ts';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Note } from '../../ui/note.tsx';
import { PhraseWithName } from '../../ui/phrase-with-name.tsx';
import { useCall } from '../../ui/use-call.ts';

/** Ends the pairing, once it is said what that stops. */
export function UnpairSection({ peer }: { readonly peer: PeerView }) {
  const t = useTranslate();
  const { engine } = useApp();
  const [isAsking, setAsking] = useState(false);
  const { run, isBusy, failure } = useCall();
  const running = useEngine(
    ({ jobs }) =>
      Object.values(jobs).filter((job) => job.peer?.id === peer.id && !ENDED_STATES.has(job.state)).length,
  );

  function unpair(): void {
    void run(async (signal) => {
      await engine.call('peers.unpair', { peer: peerRefOf(peer) }, signal);
      setAsking(false);
    });
  }

  return (
    <div className="border-t border-line px-4 py-4">
      <Button kind="danger" onPress={() => setAsking(true)}>
        {t('devices.unpair')}
      </Button>
      <Modal
        title={<PhraseWithName phrase="devices.unpairTitle" name={peer.name} nameClassName="" />}
        isOpen={isAsking}
        role="alertdialog"
        onClose={() => setAsking(false)}
      >
        <div className="flex flex-col gap-4">
          {running > 0 && <Note tone="wait">{t('devices.unpairRunning', { count: running })}</Note>}
          <p>{t('devices.unpairStops')}</p>
          {failure !== null && (
            <Note tone="bad">
              <FailureText failure={failure} device={peer.name} />
            </Note>
          )}
          <div className="flex justify-end gap-2">
            <Button autoFocus onPress={() => setAsking(false)}>
              {t('devices.keepPaired')}
            </Button>
            <Button kind="danger" isDisabled={isBusy} onPress={unpair}>
              {t('devices.unpairNow')}
            </Button>
          </div>
        </div>
      </Modal>
    </div>
  );
}
