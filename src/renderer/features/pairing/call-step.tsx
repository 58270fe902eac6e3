import type { PeerView } from '../../../shared/device.ts';
import { countdownText } from '../../format/numbers.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Note } from '../../ui/note.tsx';
import { PhraseWithName } from '../../ui/phrase-with-name.tsx';
import { useNow } from '../../ui/use-now.ts';
import { CALL_MS, type PairCall } from './use-pair-call.ts';

export interface CallStepProps {
  readonly peer: PeerView;
  readonly call: PairCall;
}

/** What to press on the other device, and how long that is waited for. */
export function CallStep({ peer, call }: CallStepProps) {
  const t = useTranslate();
  const nowMs = useNow();
  const { failure } = call;
  if (failure === null) {
    return (
      <p className="flex items-baseline gap-4 rounded-tile bg-selected px-4 py-4 text-16" role="status">
        <span className="min-w-0 flex-1">
          <PhraseWithName phrase="pairing.onOther" name={peer.name} />
        </span>
        <span aria-hidden className="shrink-0 text-14 text-text-2">
          {countdownText(Math.min(CALL_MS, call.endsMs - nowMs))}
        </span>
      </p>
    );
  }
  const check = () => openDialog({ kind: 'doctor', target: peer.shortId });
  const actions = (
    <>
      <Button onPress={call.again}>{t('common.tryAgain')}</Button>
      {failure.code !== 'pairing-closed' && <Button onPress={check}>{t('common.checkWhy')}</Button>}
    </>
  );
  return (
    <Note tone="bad" role="alert" actions={actions}>
      {failure.code === 'pairing-closed' ? (
        <PhraseWithName phrase="pairing.notOpened" name={peer.name} />
      ) : (
        <FailureText failure={failure} device={peer.name} />
      )}
    </Note>
  );
}
