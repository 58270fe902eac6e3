import { ENDED_STATES, type JobView } from '../../../shared/job.ts';
import { countText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { act } from '../../store/act.ts';
import { useApp } from '../../store/app-context.ts';
import {
  actionLabel,
  canVerify,
  hasGoneWrong,
  isUnreachable,
  type JobAction,
  primaryAction,
  runAction,
} from '../../store/job-actions.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { ACTION_ICONS } from '../transfers/action-icons.ts';

/** The question of a job, answered here for all, or file by file in its dialog. */
function Question({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const { engine } = useApp();
  const count = job.question?.count ?? 0;
  const answer = (policy: 'keep-both' | 'replace' | 'skip') =>
    void act(engine, job.job, 'jobs.answer', { job: job.job, policy, choices: [] });
  return (
    <section className="flex flex-col gap-3 rounded-tile bg-wait-tint p-3" aria-labelledby="question">
      <div>
        <h3 id="question" className="text-14 font-semibold">
          {t('conflict.title', { count, n: countText(count, locale) })}
        </h3>
        <p className="text-13 text-text-2">{t('conflict.meanwhile')}</p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button onPress={() => answer('keep-both')}>{t('conflict.keep-both')}</Button>
        <Button onPress={() => answer('replace')}>{t('conflict.replace')}</Button>
        <Button onPress={() => answer('skip')}>{t('conflict.skip')}</Button>
        <Button onPress={() => openDialog({ kind: 'answer-conflict', job: job.job })}>
          {t('conflict.choose')}
        </Button>
      </div>
    </section>
  );
}

/** What can be done now, in words. Its place is kept, so that nothing below it moves while a copy runs. */
export function NextStep({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const app = useApp();
  const isEnded = ENDED_STATES.has(job.state);
  if (job.question !== null && job.role !== 'source' && !isEnded) return <Question job={job} />;
  const primary = primaryAction(job, app.host.kind);
  const actions = new Set<JobAction>();
  if (primary !== null && primary !== 'review' && primary !== 'cancel') actions.add(primary);
  // Its place is kept: Cancel must not come to stand under a finger that is about to press Pause.
  if (job.state === 'finishing') actions.add('pause');
  if (isUnreachable(job)) actions.add('check-why');
  if (isEnded) {
    if (job.between !== null) actions.add('browse');
    else if (job.state !== 'partial' && primary !== 'resume' && primary !== 'ask-again') {
      actions.add('again');
    }
    if (canVerify(job)) actions.add('verify');
    if (hasGoneWrong(job)) actions.add('report');
    actions.add('remove');
  } else actions.add('cancel');
  const [first, ...others] = [...actions];
  return (
    <div className="flex min-h-10 flex-wrap gap-2 medium:min-h-8">
      {first !== undefined && <Words job={job} action={first} />}
      {others.map((action) =>
        // One row, also when a copy has just ended: a second one would push the chart away from under the eyes.
        isEnded && action !== 'report' ? (
          <IconButton
            key={action}
            icon={ACTION_ICONS[action]}
            label={t(actionLabel(action, job))}
            onPress={() => runAction(app, action, job)}
          />
        ) : (
          <Words key={action} job={job} action={action} />
        ),
      )}
    </div>
  );
}

function Words({ job, action }: { readonly job: JobView; readonly action: JobAction }) {
  const t = useTranslate();
  const app = useApp();
  const isPause = action === 'pause' || action === 'resume';
  return (
    <Button
      className={isPause ? `min-w-28 ${job.state === 'finishing' ? 'invisible' : ''}` : ''}
      onPress={() => runAction(app, action, job)}
    >
      {t(actionLabel(action, job))}
    </Button>
  );
}
