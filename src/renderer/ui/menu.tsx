import type { LucideIcon } from 'lucide-react';
import type { RefObject } from 'react';
import { Menu as AriaMenu, MenuItem, Popover } from 'react-aria-components';
import { classNames } from './class-names.ts';

export interface MenuAction {
  readonly id: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly isDangerous?: boolean;
  readonly onAction: () => void;
}

export interface MenuProps {
  readonly label: string;
  readonly actions: readonly MenuAction[];
}

/** Verbs below each other. Stands in a {@link MenuPopover}. */
export function Menu({ label, actions }: MenuProps) {
  return (
    <AriaMenu aria-label={label} className="outline-none">
      {actions.map(({ id, label: text, icon: Icon, isDangerous = false, onAction }) => (
        <MenuItem
          key={id}
          id={id}
          textValue={text}
          onAction={onAction}
          className={classNames(
            'flex min-h-10 cursor-default items-center gap-3 rounded-control px-2 text-14 outline-offset-[-2px] data-focused:bg-selected medium:min-h-8',
            isDangerous && 'text-bad',
          )}
        >
          {Icon !== undefined && <Icon size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />}
          {text}
        </MenuItem>
      ))}
    </AriaMenu>
  );
}

export interface MenuPopoverProps extends MenuProps {
  /** For a menu that opens by itself (right click); inside a MenuTrigger none of these is needed. */
  readonly triggerRef?: RefObject<Element | null>;
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
  readonly placement?: 'bottom start' | 'bottom end';
}

/** A menu in its floating box. */
export function MenuPopover({ label, actions, placement = 'bottom end', ...popover }: MenuPopoverProps) {
  return (
    <Popover
      {...popover}
      placement={placement}
      className="min-w-48 overflow-auto rounded-tile bg-raised p-1 shadow-floating outline-1 outline-line"
    >
      <Menu label={label} actions={actions} />
    </Popover>
  );
}
