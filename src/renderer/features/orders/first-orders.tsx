import { useMemo } from 'react';
import type { JobView } from '../../../shared/job.ts';
import { isolate } from '../../format/isolate.ts';
import { titleOf } from '../../format/names.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useEngine } from '../../store/app-context.ts';
import { firstOrders, noteOrderer, useKnownOrderers } from '../../store/known-orderers.ts';
import { useOrdererName } from '../../store/use-route.ts';
import { viewStore } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { Phrase } from '../../ui/phrase.tsx';

function FirstOrder({ job }: { readonly job: JobView }) {
  const t = useTranslate();
  const name = useOrdererName(job) ?? '';
  const id = job.between?.orderedBy?.id ?? '';
  const shortId = useEngine(
    ({ peers }) => Object.values(peers).find((peer) => peer.id === id)?.shortId ?? null,
  );
  const show = (what: { selectedJob: string | null; selectedPeer: string | null }) => {
    noteOrderer(id);
    viewStore.setState(what);
  };
  return (
    <Note
      tone="info"
      role="status"
      actions={
        <>
          <Button onPress={() => show({ selectedJob: job.job, selectedPeer: null })}>
            {t('orders.show')}
          </Button>
          {shortId !== null && (
            <Button onPress={() => show({ selectedJob: null, selectedPeer: shortId })}>
              {t('orders.trust')}
            </Button>
          )}
          <Button kind="quiet" onPress={() => noteOrderer(id)}>
            {t('orders.dismiss')}
          </Button>
        </>
      }
    >
      <Phrase text={t('orders.first', { device: isolate(name), name: isolate(titleOf(job.names, t)) })} />
    </Note>
  );
}

/** Once for each device: it has had something copied here. It may, since it is one's own. */
export function FirstOrders() {
  const jobs = useEngine((state) => state.jobs);
  const known = useKnownOrderers();
  const first = useMemo(() => firstOrders(jobs, known), [jobs, known]);
  if (first.length === 0) return null;
  return (
    <div data-region="requests" className="flex shrink-0 flex-col gap-2 border-b border-line p-3">
      {first.map((job) => (
        <FirstOrder key={job.job} job={job} />
      ))}
    </div>
  );
}
