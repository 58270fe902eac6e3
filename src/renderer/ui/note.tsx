import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type NoteTone = 'info' | 'ok' | 'wait' | 'bad';

const TONES: Readonly<Record<NoteTone, { readonly icon: LucideIcon; readonly colours: string }>> = {
  info: { icon: Info, colours: 'bg-sunken text-text-2' },
  ok: { icon: CircleCheck, colours: 'bg-ok-tint text-ok' },
  wait: { icon: TriangleAlert, colours: 'bg-wait-tint text-wait' },
  bad: { icon: CircleAlert, colours: 'bg-bad-tint text-bad' },
};

export interface NoteProps {
  readonly tone: NoteTone;
  readonly children: ReactNode;
  /** Buttons below the sentence, the safe one first. */
  readonly actions?: ReactNode;
  /** `alert` is read aloud at once. */
  readonly role?: 'status' | 'alert';
}

/** A sentence that matters, with its icon; colour only says it once more. */
export function Note({ tone, children, actions, role }: NoteProps) {
  const { icon: Icon, colours } = TONES[tone];
  return (
    <div
      {...(role === undefined ? {} : { role })}
      className={classNames('flex flex-col gap-2 rounded-tile px-3 py-2 forced-colors:border', colours)}
    >
      <div className="flex items-start gap-2">
        <Icon size={16} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0" />
        <div className="min-w-0 flex-1 wrap-anywhere">{children}</div>
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2 pl-6">{actions}</div>}
    </div>
  );
}
