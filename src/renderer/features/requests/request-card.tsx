import { TriangleAlert } from 'lucide-react';
import { useId, useState } from 'react';
import type { OfferView } from '../../../shared/job.ts';
import { isolate } from '../../format/isolate.ts';
import { bytesText, countText } from '../../format/numbers.ts';
import { limitText } from '../../format/size-limit.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { act, useRefusal } from '../../store/act.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { noteBegun } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { CannotHold } from './cannot-hold.tsx';
import { Always, Clashes, Expires, FIRST_LIMIT, type Policy, What } from './request-parts.tsx';
import { SaveTo, type Target, useDefaultTarget } from './save-to.tsx';

/** Free space at the destination, or that it is too little; nothing where nobody can tell. */
function Free({ offer }: { readonly offer: OfferView }) {
  const t = useTranslate();
  const locale = useLanguage();
  if (offer.freeBytes === null) return null;
  const bytes = bytesText(offer.freeBytes, locale);
  if (offer.freeBytes < offer.bytes) {
    return <span className="text-13 text-bad">{t('requests.tooSmall', { bytes })}</span>;
  }
  return <span className="text-13 whitespace-nowrap text-text-2">{t('requests.free', { bytes })}</span>;
}

/** A rule allows this device less than this. */
function OverRule({ offer }: { readonly offer: OfferView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const maxBytes = useEngine(
    (state) => Object.values(state.peers).find(({ id }) => id === offer.peer.id)?.rule?.maxBytes ?? null,
  );
  if (maxBytes === null || offer.bytes <= maxBytes) return null;
  const values = { bytes: limitText(maxBytes, locale), device: isolate(offer.peer.name) };
  return (
    <p className="flex items-start gap-1.5 text-13 text-wait">
      <TriangleAlert size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
      <span className="min-w-0">
        <Phrase text={t('requests.overRule', values)} />
      </span>
    </p>
  );
}

/** What comes would come over a network that costs, or from far away. */
function Caution({ offer }: { readonly offer: OfferView }) {
  const t = useTranslate();
  const caution = useEngine(
    (state) => Object.values(state.peers).find(({ id }) => id === offer.peer.id)?.path?.caution ?? null,
  );
  if (caution === null) return null;
  return (
    <p className="flex items-start gap-1.5 text-13 text-wait">
      <TriangleAlert size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
      <span className="min-w-0">{t(`job.heldBy.${caution}`)}</span>
    </p>
  );
}

/** What somebody wants to put here, and the answer to it. Never takes the focus by itself. */
export function RequestCard({ offer }: { readonly offer: OfferView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const { engine } = useApp();
  const refusal = useRefusal(offer.job);
  const first = useDefaultTarget(offer);
  const [target, setTarget] = useState<Target | null>(null);
  const [policy, setPolicy] = useState<Policy>('keep-both');
  const [isAlways, setAlways] = useState(false);
  const [limit, setLimit] = useState<number | null>(FIRST_LIMIT);
  const [isOpen, setOpen] = useState(false);
  const [isAnswered, setAnswered] = useState(false);
  const titleId = useId();
  const detailsId = useId();
  const shown = target ?? first;
  const { name } = offer.peer;
  const differ = offer.clashes?.differ ?? 0;

  const answer = async (call: () => Promise<unknown>) => {
    setAnswered(true);
    noteBegun();
    if ((await call()) === null) setAnswered(false);
  };
  const accept = () =>
    act(engine, offer.job, 'offers.accept', {
      job: offer.job,
      into: shown.place,
      always: isAlways ? { maxBytes: limit } : null,
      onConflict: differ > 0 ? policy : null,
    });
  const wants = t(offer.complete ? 'requests.wants' : 'requests.wantsSome', {
    count: offer.files,
    n: countText(offer.files, locale),
    device: isolate(name),
  });
  return (
    <article
      aria-labelledby={titleId}
      className="flex flex-col gap-2 rounded-tile border border-edge bg-surface px-4 py-3"
    >
      <div className="flex min-w-0 items-baseline gap-3">
        <h2 id={titleId} className="min-w-0 flex-1 truncate text-14 font-semibold">
          <Phrase text={wants} />
        </h2>
        <Expires offer={offer} />
      </div>
      <What offer={offer} />
      <OverRule offer={offer} />
      <Caution offer={offer} />
      <div id={detailsId} hidden={!isOpen} className="flex-col gap-2 not-[[hidden]]:flex">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="text-13 text-text-2">{t('requests.saveTo')}</span>
          <SaveTo offer={offer} target={shown} onChange={setTarget} />
          {shown.place === null && <Free offer={offer} />}
        </div>
        {offer.preflight && <CannotHold preflight={offer.preflight} />}
        {offer.clashes !== null && <Clashes clashes={offer.clashes} policy={policy} onChange={setPolicy} />}
        <Always
          device={name}
          folder={shown.label}
          isChosen={isAlways}
          limit={limit}
          onChoose={setAlways}
          onLimit={setLimit}
        />
      </div>
      {refusal !== null && (
        <p role="alert" className="text-13 text-bad">
          <Phrase text={t(`failure.${refusal.code}`, { device: isolate(name) })} />
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        {!isOpen && (
          <span className="mr-auto flex min-w-0 items-baseline gap-2 text-13 text-text-2 max-medium:basis-full">
            <span className="truncate">
              {t('requests.saveTo')} <Phrase text={isolate(shown.label)} />
            </span>
            {shown.place === null && <Free offer={offer} />}
            {differ > 0 && (
              <span className="truncate">
                {t('requests.differPlan', {
                  count: differ,
                  n: countText(differ, locale),
                  plan: t(`conflict.${policy}`),
                })}
              </span>
            )}
          </span>
        )}
        <Button
          kind="quiet"
          aria-expanded={isOpen}
          aria-controls={detailsId}
          className={isOpen ? 'mr-auto -ml-3' : 'max-medium:mr-auto max-medium:-ml-3'}
          onPress={() => setOpen(!isOpen)}
        >
          {t(isOpen ? 'requests.less' : 'common.details')}
        </Button>
        <Button
          isDisabled={isAnswered}
          onPress={() => void answer(() => act(engine, offer.job, 'offers.decline', { job: offer.job }))}
        >
          {t('requests.decline')}
        </Button>
        <Button kind="primary" isDisabled={isAnswered} onPress={() => void answer(accept)}>
          {t('requests.accept')}
        </Button>
      </div>
    </article>
  );
}
