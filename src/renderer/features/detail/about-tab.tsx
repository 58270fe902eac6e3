import { type ReactNode, useEffect, useState } from 'react';
import { ENDED_STATES, type JobResult, type JobView, RUNG_NAMES } from '../../../shared/job.ts';
import type { ManifestFile } from '../../../shared/manifest.ts';
import { bytesText, countdownText, countText, momentText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { hasManifest, runAction } from '../../store/job-actions.ts';
import { useAsk } from '../../store/use-ask.ts';
import { useOrdererName } from '../../store/use-route.ts';
import { Button } from '../../ui/button.tsx';
import { NameText } from '../../ui/name-text.tsx';

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-6 gap-3 text-13">
      <dt className="w-32 shrink-0 text-text-2">{label}</dt>
      <dd className="min-w-0 flex-1 wrap-anywhere">{children}</dd>
    </div>
  );
}

/** The hash with which the one file of a job came; of many there is a list to be saved. */
function Hash({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const ask = useAsk();
  const [file, setFile] = useState<ManifestFile | null>(null);
  const hasOne = hasManifest(job) && job.result?.files === 1;
  useEffect(() => {
    if (!hasOne) return;
    void ask('jobs.manifest', { job: job.job, page: 0 }).then((answer) => {
      if ('output' in answer) setFile(answer.output.files[0] ?? null);
    });
  }, [ask, hasOne, job.job]);
  if (file === null) return null;
  return (
    <Fact label={t(file.by === 'content' ? 'detail.about.hash' : 'detail.about.hashOfBlocks')}>
      <code className="font-sans text-12">{file.hash}</code>
    </Fact>
  );
}

/** By which ways the files came; those that nobody took are left out. */
function Rungs({ rungs }: { readonly rungs: JobResult['rungs'] }) {
  const t = useTranslate();
  const locale = useLanguage();
  return RUNG_NAMES.filter((name) => rungs[name].files > 0).map((name) => (
    <Fact key={name} label={t(`detail.rung.${name}`)}>
      {t('detail.rungFiles', {
        count: rungs[name].files,
        n: countText(rungs[name].files, locale),
        size: bytesText(rungs[name].bytes, locale),
      })}
    </Fact>
  ));
}

/** Everything about a job that is not worth a place elsewhere. */
export function AboutTab({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const app = useApp();
  const peerId = job.peer?.id ?? null;
  const path = useEngine((state) =>
    peerId === null ? null : (Object.values(state.peers).find(({ id }) => id === peerId)?.path ?? null),
  );
  const orderer = useOrdererName(job);
  const { progress, result } = job;
  const files = {
    done: countText(progress.files, locale),
    total: countText(Math.max(progress.totalFiles, progress.files), locale),
  };
  const streams = result?.streams ?? progress.streams;
  return (
    <dl className="flex flex-col py-2">
      {job.names.length > 1 && (
        <Fact label={t('detail.about.names')}>
          {job.names.map((name) => (
            <NameText key={name} name={name} />
          ))}
        </Fact>
      )}
      <Fact label={t('detail.about.files')}>
        {t(
          progress.complete || result !== null ? 'detail.about.filesOf' : 'detail.about.filesAtLeast',
          files,
        )}
      </Fact>
      <Fact label={t('detail.about.size')}>
        {bytesText(result?.bytes ?? Math.max(progress.totalBytes, progress.bytes), locale)}
      </Fact>
      {job.into !== null && (
        <Fact label={t('detail.about.folder')}>
          <NameText name={job.into} />
        </Fact>
      )}
      {orderer !== null && (
        <Fact label={t('detail.about.orderedBy')}>
          <NameText name={orderer} />
        </Fact>
      )}
      <Fact label={t('detail.about.created')}>{momentText(job.createdMs, locale)}</Fact>
      {ENDED_STATES.has(job.state) && (
        <Fact label={t('detail.about.ended')}>{momentText(job.updatedMs, locale)}</Fact>
      )}
      {result !== null && (
        <>
          <Fact label={t('detail.about.took')}>{countdownText(result.seconds * 1_000)}</Fact>
          {(job.state === 'done' || job.state === 'partial') && (
            <Fact label={t('detail.about.verified')}>
              {t(result.verified ? 'detail.about.yes' : 'detail.about.no')}
              {hasManifest(job) && (
                <Button kind="quiet" className="-my-1 ml-2" onPress={() => runAction(app, 'manifest', job)}>
                  {t('action.manifest')}
                </Button>
              )}
            </Fact>
          )}
          <Hash key={job.job} job={job} />
          <Rungs rungs={result.rungs} />
        </>
      )}
      <Fact label={t('detail.about.streams')}>{countText(streams, locale)}</Fact>
      <Fact label={t('detail.about.wire')}>
        {bytesText(Math.max(progress.wireBytes, result?.wireBytes ?? 0), locale)}
      </Fact>
      {path !== null && (
        <Fact label={t('detail.about.path')}>
          <span>{t(`detail.path.${path.kind}`)}</span>
          {' · '}
          <NameText name={path.address} className="inline-flex" />
        </Fact>
      )}
      <Fact label={t('detail.about.id')}>
        <code className="font-sans text-12">{job.job}</code>
      </Fact>
    </dl>
  );
}
