import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import type { DoctorCheck, DoctorReport, DoctorState } from '../../../shared/doctor.ts';
import { Failure } from '../../../shared/failure.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { openDialog, viewStore } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { CodeText } from '../../ui/code-text.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { doctorPhrase } from './doctor-phrase.ts';
import type { CheckState } from './use-doctor.ts';

const MARKS: Readonly<Record<DoctorState, { readonly icon: LucideIcon; readonly colour: string }>> = {
  ok: { icon: CircleCheck, colour: 'text-ok' },
  warning: { icon: TriangleAlert, colour: 'text-wait' },
  bad: { icon: CircleAlert, colour: 'text-bad' },
  unknown: { icon: CircleHelp, colour: 'text-text-2' },
};

/** The one button that helps, where this program can do it; else the sentence says what to do elsewhere. */
function ActionButton({ report }: { readonly report: DoctorReport }) {
  const t = useTranslate();
  const { host } = useApp();
  const { check, state } = report;
  if (state === 'ok') return null;
  if (check === 'port') {
    const openSettings = () => {
      openDialog(null);
      viewStore.setState({ view: 'settings', selectedJob: null, selectedPeer: null });
    };
    return <Button onPress={openSettings}>{t('doctor.action.settings')}</Button>;
  }
  const pane = check === 'firewall' ? 'firewall' : 'local-network';
  if ((check === 'firewall' || report.finding === 'not-permitted') && host.openSystemSettings !== undefined) {
    return (
      <Button onPress={() => host.openSystemSettings?.(pane)}>{t('doctor.action.open-settings')}</Button>
    );
  }
  if (check !== 'multicast' && check !== 'client-isolation' && report.finding !== 'no-ipv4') return null;
  return (
    <Button onPress={() => openDialog({ kind: 'add-address' })}>{t('doctor.action.add-address')}</Button>
  );
}

export interface CheckLineProps {
  readonly check: DoctorCheck;
  /** Null while it runs. */
  readonly state: CheckState;
}

/** What is looked at, what was found, and what helps. */
export function CheckLine({ check, state }: CheckLineProps) {
  const t = useTranslate();
  const language = useLanguage();
  const report = state === null || state instanceof Failure ? null : state;
  const isFine = report?.state === 'ok';
  const mark = report === null ? null : MARKS[report.state];
  const Icon = mark?.icon ?? (state === null ? CircleDashed : CircleHelp);
  const text = report === null ? null : doctorPhrase(report, language);
  return (
    <li
      className={classNames(
        'flex items-start gap-3 border-b border-line last:border-b-0',
        isFine ? 'py-1.5' : 'py-3',
      )}
    >
      <Icon
        size={20}
        strokeWidth={1.75}
        aria-hidden
        className={`shrink-0 ${mark?.colour ?? 'text-text-3'}`}
      />
      <div className={classNames('flex min-w-0 flex-1 flex-col', isFine ? 'gap-0' : 'min-h-10 gap-1')}>
        <p className="text-13 text-text-2">
          {t(`doctor.check.${check}`)}
          {report !== null && ` · ${t(`doctor.state.${report.state}`)}`}
        </p>
        <p className={state === null ? 'text-text-3' : 'wrap-anywhere'}>
          {state === null ? t('doctor.checking') : (text?.sentence ?? t('doctor.notChecked'))}
        </p>
        {state instanceof Failure && (
          <p className="text-13 text-text-2">
            <FailureText failure={state} device={null} />
          </p>
        )}
        {text !== null && text.action !== '' && (
          <p className="text-13 text-text-2 wrap-anywhere select-text">
            <CodeText text={text.action} />
          </p>
        )}
        {report !== null && (
          <div className="empty:hidden">
            <ActionButton report={report} />
          </div>
        )}
      </div>
    </li>
  );
}
