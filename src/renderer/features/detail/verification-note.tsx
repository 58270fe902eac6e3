import type { JobView, Verification } from '../../../shared/job.ts';
import { isolate } from '../../format/isolate.ts';
import { countText, whenText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { usePeerName } from '../../store/use-status.ts';
import { FailureText } from '../../ui/failure-text.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Note } from '../../ui/note.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import { useNow } from '../../ui/use-now.ts';

/** Damaged entries that are named here. */
const MAX_NAMED = 5;

export interface VerificationNoteProps {
  readonly job: JobView;
  readonly verification: Verification;
}

function Damaged({ verification }: Pick<VerificationNoteProps, 'verification'>) {
  const t = useTranslate();
  const locale = useLanguage();
  const damaged = verification.problems.filter(({ code }) => code !== 'changed' && code !== 'vanished');
  const more = Math.max(0, verification.damaged - MAX_NAMED);
  return (
    <ul className="mt-1 text-13">
      {damaged.slice(0, MAX_NAMED).map(({ path }) => (
        <li key={path}>
          <NameText name={path} />
        </li>
      ))}
      {more > 0 && <li>{t('verify.more', { count: more, n: countText(more, locale) })}</li>}
    </ul>
  );
}

/** What was found when a job was read back after its end, or how far that is. */
export function VerificationNote({ job, verification }: VerificationNoteProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const nowMs = useNow();
  const device = usePeerName(job);
  const { state, files, totalFiles, bytes, totalBytes, damaged, unproven, problemCount } = verification;
  if (state === 'running') {
    return (
      <div className="flex flex-col gap-2 rounded-tile bg-sunken px-3 py-2 text-13">
        <p>
          {t('verify.running', { files: countText(files, locale), total: countText(totalFiles, locale) })}
        </p>
        <ProgressBar
          fraction={totalBytes === 0 ? null : Math.min(1, bytes / totalBytes)}
          tone="moving"
          label={t('verify.bar')}
        />
      </div>
    );
  }
  if (state === 'failed') {
    return (
      <Note tone="bad">
        {verification.failure !== null && <FailureText failure={verification.failure} device={device} />}
      </Note>
    );
  }
  const when = isolate(whenText(verification.endedMs ?? verification.startedMs, nowMs, locale));
  const changed = Math.max(0, problemCount - damaged);
  const count = damaged > 0 ? damaged : Math.max(0, totalFiles - unproven - changed);
  const words = { count, n: countText(count, locale), when };
  return (
    <Note tone={damaged > 0 ? 'bad' : changed > 0 ? 'wait' : 'ok'} role="status">
      <p>
        <Phrase text={t(damaged > 0 ? 'verify.damaged' : 'verify.fine', words)} />
      </p>
      {damaged > 0 && <Damaged verification={verification} />}
      {changed > 0 && <p>{t('verify.changed', { count: changed, n: countText(changed, locale) })}</p>}
      {unproven > 0 && <p>{t('verify.unproven', { count: unproven, n: countText(unproven, locale) })}</p>}
    </Note>
  );
}
