import type { LucideIcon } from 'lucide-react';
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import { classNames } from './class-names.ts';

export interface IconButtonProps {
  readonly icon: LucideIcon;
  /** What it does; read aloud, and shown on hover and focus. */
  readonly label: string;
  readonly onPress?: () => void;
  readonly isDisabled?: boolean;
  readonly className?: string;
}

/** A button that is a picture: at least 32 px square, its name in a tooltip. */
export function IconButton({ icon: Icon, label, className, ...props }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <Button
        {...props}
        aria-label={label}
        className={classNames(
          'inline-flex size-10 shrink-0 cursor-default items-center justify-center rounded-control text-text-2 transition-colors duration-120 medium:size-8',
          'data-hovered:bg-sunken data-hovered:text-text data-pressed:bg-selected data-disabled:opacity-50',
          className,
        )}
      >
        <Icon size={16} strokeWidth={1.75} aria-hidden />
      </Button>
      <Tooltip offset={6} className="rounded-control bg-raised px-2 py-1 text-12 text-text shadow-floating">
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
