import { ChevronLeft, ChevronRight } from 'lucide-react';
import { isolate } from '../format/isolate.ts';
import { useTranslate } from '../i18n/translate.ts';
import { NameText } from './name-text.tsx';
import { Phrase } from './phrase.tsx';

/** Where a job goes; null stands for this device, whose name everybody knows. */
export interface Route {
  readonly from: string | null;
  readonly to: string | null;
  /** Both ends are this one device. */
  readonly within: string | null;
}

export interface JobRouteProps {
  readonly route: Route;
  readonly className?: string;
}

/** To another device, from one, between two others, or within one. */
export function JobRoute({ route: { from, to, within }, className = '' }: JobRouteProps) {
  const t = useTranslate();
  if (within !== null) {
    return (
      <span className={`min-w-0 truncate text-text-2 ${className}`}>
        <Phrase text={t('job.within', { device: isolate(within) })} />
      </span>
    );
  }
  const Arrow = to === null ? ChevronLeft : ChevronRight;
  return (
    <span className={`flex min-w-0 items-center gap-1 text-text-2 ${className}`}>
      {from !== null && to !== null && <NameText name={from} />}
      <Arrow size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-3" />
      {from !== null && to !== null && <span className="sr-only">{t('job.routeTo')}</span>}
      <NameText name={to ?? from ?? ''} />
    </span>
  );
}
