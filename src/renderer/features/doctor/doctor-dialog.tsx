import { Failure } from '../../../shared/failure.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useEngine } from '../../store/app-context.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { PhraseWithName } from '../../ui/phrase-with-name.tsx';
import { CheckLine } from './check-line.tsx';
import { type Doctor, useDoctor } from './use-doctor.ts';

/** What was found, without names and addresses: to be shown to somebody who helps. */
function reportOf({ checks, states }: Doctor): string {
  const lines = checks.map((check) => {
    const state = states[check] ?? null;
    if (state === null) return `${check}: running`;
    if (state instanceof Failure) return `${check}: failed ${state.code}`;
    return `${check}: ${state.state} ${state.finding} ${Math.round(state.tookMs)} ms`;
  });
  return ['ferry doctor', ...lines, ''].join('\n');
}

function Summary({ doctor }: { readonly doctor: Doctor }) {
  const t = useTranslate();
  const states = doctor.checks.map((check) => doctor.states[check] ?? null);
  const isRunning = states.includes(null);
  const badCount = states.filter(
    (state) => state !== null && 'state' in state && state.state === 'bad',
  ).length;
  const isFine = states.every((state) => state !== null && 'state' in state && state.state === 'ok');
  return (
    <p role="status" className="min-h-5 text-text-2">
      {isRunning && t('doctor.checking')}
      {!isRunning && badCount > 0 && t('doctor.inTheWay', { count: badCount })}
      {isFine && t('doctor.allFine')}
    </p>
  );
}

/** Live checks of what keeps devices from seeing each other. */
export function DoctorDialog({ target }: { readonly target: string | null }) {
  const t = useTranslate();
  const doctor = useDoctor(target);
  const peer = useEngine((state) => (target === null ? null : (state.peers[target] ?? null)));
  const named = peer?.name ?? target;
  return (
    <Modal
      title={
        named === null ? (
          t('doctor.title')
        ) : (
          <PhraseWithName phrase="doctor.titleWith" name={named} nameClassName="" />
        )
      }
      isOpen
      onClose={() => openDialog(null)}
    >
      <div className="flex flex-col gap-3">
        <Summary doctor={doctor} />
        <div className="flex flex-wrap gap-2">
          <Button onPress={doctor.again}>{t('doctor.again')}</Button>
          <CopyButton text={() => reportOf(doctor)} label={t('doctor.copyReport')} />
          <Button kind="primary" onPress={() => openDialog({ kind: 'add-address' })}>
            {t('devices.addAddress')}
          </Button>
        </div>
        <ul>
          {doctor.checks.map((check) => (
            <CheckLine key={check} check={check} state={doctor.states[check] ?? null} />
          ))}
        </ul>
      </div>
    </Modal>
  );
}
