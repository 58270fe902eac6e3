import { useShallow } from 'zustand/react/shallow';
import { useTranslate } from '../../i18n/translate.ts';
import { useEngine } from '../../store/app-context.ts';
import { RequestCard } from './request-card.tsx';

/** What waits for an answer, above the list, the one that expires first on top. Absent while nothing does. */
export function Requests() {
  const t = useTranslate();
  const offers = useEngine(
    useShallow((state) => Object.values(state.offers).sort((one, other) => one.expiresMs - other.expiresMs)),
  );
  if (offers.length === 0) return null;
  return (
    <section
      data-region="requests"
      aria-label={t('requests.title')}
      className="flex max-h-[50%] shrink-0 flex-col gap-2 overflow-y-auto border-b border-line p-3"
    >
      {offers.map((offer) => (
        <RequestCard key={offer.job} offer={offer} />
      ))}
    </section>
  );
}
