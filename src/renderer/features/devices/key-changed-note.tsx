import type { PeerView } from '../../../shared/device.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { peerRefOf } from '../../store/peer-ref.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Note } from '../../ui/note.tsx';
import { PhraseWithName } from '../../ui/phrase-with-name.tsx';
import { useCall } from '../../ui/use-call.ts';

/** The loud alarm: another key under this name. Keeping it out comes first. */
export function KeyChangedNote({ peer }: { readonly peer: PeerView }) {
  const t = useTranslate();
  const { engine } = useApp();
  const { run, failure } = useCall();
  const keep = () =>
    void run(async (signal) => {
      await engine.call('peers.keepBlocked', { peer: peerRefOf(peer) }, signal);
    });
  return (
    <div className="px-4 pb-4">
      <Note
        tone="bad"
        role="alert"
        actions={
          <>
            <Button onPress={keep}>{t('devices.keepBlocked')}</Button>
            <Button kind="danger" onPress={() => openDialog({ kind: 'pair', shortId: peer.shortId })}>
              {t('devices.pairAgain')}
            </Button>
          </>
        }
      >
        <p className="text-16 font-semibold">{t('devices.keyChangedShort')}</p>
        <p>
          <PhraseWithName phrase="devices.keyChanged" name={peer.name} />
        </p>
        {failure !== null && (
          <p>
            <FailureText failure={failure} device={peer.name} />
          </p>
        )}
      </Note>
    </div>
  );
}
