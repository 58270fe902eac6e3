import { CircleAlert, CircleCheck, Clock, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { StatusTone } from '../format/job-status.ts';
import { classNames } from './class-names.ts';
import { Phrase } from './phrase.tsx';

const LOOKS: Readonly<Record<StatusTone, { readonly icon: LucideIcon | null; readonly color: string }>> = {
  plain: { icon: null, color: 'text-text-2' },
  ok: { icon: CircleCheck, color: 'text-ok' },
  wait: { icon: Clock, color: 'text-text-2' },
  ask: { icon: TriangleAlert, color: 'text-wait' },
  bad: { icon: CircleAlert, color: 'text-bad' },
};

export interface StatusLineProps {
  /** Takes two lines where it needs them. */
  readonly wraps?: boolean;
  readonly parts: readonly string[];
  readonly tone: StatusTone;
}

function Wrapped({ parts, tone }: StatusLineProps) {
  const { icon: Icon, color } = LOOKS[tone];
  return (
    <p className={classNames('flex max-h-8 gap-1.5 overflow-hidden text-13', color)}>
      {Icon !== null && <Icon size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />}
      {/* Made anew when the words change: what is new in its place has not moved. */}
      <span key={parts.join('')} className="line-clamp-2 min-w-0 wrap-anywhere">
        <Phrase text={parts.join('\u00a0· ')} />
      </span>
    </p>
  );
}

/** One line of 16 px: icon and words. What does not fit wraps out of sight, the last part first. */
export function StatusLine({ parts, tone, wraps = false }: StatusLineProps) {
  if (wraps) return <Wrapped parts={parts} tone={tone} />;
  const { icon: Icon, color } = LOOKS[tone];
  const [first = '', ...rest] = parts;
  return (
    <span
      className="flex h-4 min-w-0 items-start gap-1.5 overflow-hidden text-13"
      title={parts.join(' · ').replace(/[\u2068\u2069]/gu, '')}
    >
      {Icon !== null && <Icon size={16} strokeWidth={1.75} aria-hidden className={`shrink-0 ${color}`} />}
      {/* Made anew when the words change: what is new in its place has not moved. */}
      <span key={parts.join('')} className="flex max-h-4 min-w-0 flex-wrap overflow-hidden">
        <span className={classNames('max-w-full truncate', color)}>
          <Phrase text={first} />
        </span>
        {rest.map((part) => (
          <span key={part.replace(/\d+/g, '0')} className="whitespace-pre text-text-2">
            {' · '}
            <Phrase text={part} />
          </span>
        ))}
      </span>
    </span>
  );
}
