import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox } from 'react-aria-components';

export interface CheckboxProps {
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly children: ReactNode;
  readonly isDisabled?: boolean;
}

/** A tick box; everything beside it may be pressed too. */
export function Checkbox({ children, ...props }: CheckboxProps) {
  return (
    <AriaCheckbox
      {...props}
      className="group flex min-h-8 cursor-default items-start gap-3 rounded-control py-1.5 data-disabled:opacity-50"
    >
      <span className="mt-px flex size-[18px] shrink-0 items-center justify-center rounded border border-edge bg-surface text-on-accent group-data-selected:border-accent group-data-selected:bg-accent forced-colors:group-data-selected:bg-[Highlight]">
        <Check size={14} strokeWidth={2.5} aria-hidden className="invisible group-data-selected:visible" />
      </span>
      <span className="min-w-0 flex-1">{children}</span>
    </AriaCheckbox>
  );
}
