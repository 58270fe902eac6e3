import { useState } from 'react';
import type { PairingView } from '../../../shared/device.ts';
import type { EngineApi } from '../../../shared/engine-api.ts';
import { countdownText } from '../../format/numbers.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Note } from '../../ui/note.tsx';
import { PhraseWithName } from '../../ui/phrase-with-name.tsx';
import { useCall } from '../../ui/use-call.ts';
import { useNow } from '../../ui/use-now.ts';
import { CALL_MS } from './use-pair-call.ts';

const HALF = 3;

/** Says yes for this side, waits for the other, and then trusts it as far as was ticked. */
async function confirmPairing(engine: EngineApi, pairing: PairingView, isMine: boolean): Promise<void> {
  // The screen may be gone by the time the other person has looked; what was ticked still holds.
  const { signal } = new AbortController();
  const end = await engine.call('pair.confirm', { pairing: pairing.pairing, matches: true }, signal);
  if (end.state !== 'done' || !isMine || end.peer === null) return;
  await engine.call('peers.trust', { peer: end.peer.id, trust: 'mine' }, signal);
}

function Digits({ code }: { readonly code: string }) {
  const t = useTranslate();
  return (
    <p
      role="img"
      aria-label={t('pairing.digits', { digits: [...code].join(' ') })}
      className="flex justify-center gap-5 rounded-tile border border-line bg-sunken py-3 text-44 font-semibold medium:py-5 max-medium:[@media(min-height:560px)]:py-16"
    >
      <span>{code.slice(0, HALF)}</span>
      <span>{code.slice(HALF)}</span>
    </p>
  );
}

export interface CompareStepProps {
  readonly pairing: PairingView;
  /** The person here has said that the digits differ. */
  readonly onDifferent: () => void;
}

/** Six digits on both screens, and one question. */
export function CompareStep({ pairing, onDifferent }: CompareStepProps) {
  const t = useTranslate();
  const { engine } = useApp();
  const nowMs = useNow();
  const [isMine, setMine] = useState(false);
  const { run, isBusy, failure } = useCall();
  const hasConfirmed = isBusy || pairing.state === 'confirmed-here';
  const device = pairing.peer?.name ?? t('app.otherDevice');
  return (
    <div className="flex flex-col gap-4 max-medium:flex-1">
      <p className="flex items-baseline gap-4">
        <span className="min-w-0 flex-1">
          {hasConfirmed ? <PhraseWithName phrase="pairing.waitingOther" name={device} /> : t('pairing.same')}
        </span>
        <span className="shrink-0 text-text-2">
          {countdownText(Math.min(CALL_MS, pairing.expiresMs - nowMs))}
        </span>
      </p>
      <div className="flex flex-col gap-3 max-medium:my-auto">
        <Digits code={pairing.code ?? ''} />
        <p className="text-13 text-text-2">
          <PhraseWithName phrase="pairing.compareHow" name={device} />
        </p>
      </div>
      <Checkbox isSelected={isMine} onChange={setMine} isDisabled={hasConfirmed}>
        {t('pairing.mine')}
      </Checkbox>
      {failure !== null && (
        <Note tone="bad">
          <FailureText failure={failure} device={device} />
        </Note>
      )}
      <div className="grid grid-cols-2 gap-2 medium:flex medium:justify-end">
        <Button isDisabled={hasConfirmed} onPress={onDifferent}>
          {t('pairing.different')}
        </Button>
        <Button
          kind="primary"
          isDisabled={hasConfirmed}
          onPress={() => void run(() => confirmPairing(engine, pairing, isMine))}
        >
          {t('pairing.match')}
        </Button>
      </div>
    </div>
  );
}
