import { useEffect, useState } from 'react';
import type { Problem } from '../../../shared/job.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { useAsk } from '../../store/use-ask.ts';
import { openDialog } from '../../store/view-store.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Modal } from '../../ui/modal.tsx';
import { reportText } from './report-text.ts';

/** Enough to count what went wrong; more of it says the same. */
const MAX_PROBLEMS = 1_000;

/** "It didn't work": what happened, to be read before it is copied. `job`: the one it is about. */
export function ReportDialog({ job }: { readonly job: string | null }) {
  const t = useTranslate();
  const { store, host } = useApp();
  const ask = useAsk();
  const [text, setText] = useState('');
  useEffect(() => {
    let isOver = false;
    const make = (problems: readonly Problem[]) => {
      if (isOver) return;
      const place = { host: host.kind, userAgent: navigator.userAgent, nowMs: Date.now() };
      setText(reportText(store.getState(), place, job === null ? null : { job, problems }));
    };
    if (job === null) make([]);
    else {
      void ask('jobs.problems', { job, offset: 0, limit: MAX_PROBLEMS }).then((answer) =>
        make('output' in answer ? answer.output.problems : []),
      );
    }
    return () => {
      isOver = true;
    };
  }, [job, store, host, ask]);
  return (
    <Modal title={t('report.title')} isOpen onClose={() => openDialog(null)}>
      <div className="flex min-h-0 flex-col gap-3">
        <p className="text-text-2">{t('report.what')}</p>
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          role="region"
          aria-label={t('report.text')}
          className="h-72 overflow-auto rounded-control border border-line bg-sunken p-3 font-sans text-12 whitespace-pre-wrap -outline-offset-2"
        >
          {text}
        </pre>
        <div>
          <CopyButton text={() => text} label={t('report.copy')} />
        </div>
      </div>
    </Modal>
  );
}
