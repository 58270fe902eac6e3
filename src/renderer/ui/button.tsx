import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { classNames } from './class-names.ts';

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style'> {
  readonly kind?: ButtonKind;
  readonly className?: string;
}

const KINDS: Readonly<Record<ButtonKind, string>> = {
  primary: 'bg-accent text-on-accent data-hovered:brightness-110 data-pressed:brightness-95',
  plain: 'border border-edge bg-surface text-text data-hovered:bg-sunken data-pressed:bg-selected',
  quiet: 'text-accent data-hovered:bg-sunken data-pressed:bg-selected',
  danger: 'border border-bad bg-surface text-bad data-hovered:bg-bad-tint',
};

/** A verb to press. 32 px high, 40 on narrow screens. */
export function Button({ kind = 'plain', className, ...props }: ButtonProps) {
  return (
    <AriaButton
      {...props}
      className={classNames(
        'inline-flex h-10 shrink-0 cursor-default items-center justify-center gap-2 rounded-control px-3 text-14 font-medium whitespace-nowrap transition-colors duration-120 medium:h-8',
        'data-disabled:opacity-50',
        KINDS[kind],
        className,
      )}
    />
  );
}
