import { Ellipsis, type LucideIcon } from 'lucide-react';
import { Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { IconButton } from './icon-button.tsx';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  /** A line above it. */
  readonly startsGroup?: boolean;
}

export interface ActionMenuProps {
  /** What it is about; read aloud. */
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly onAction: (id: string) => void;
  readonly icon?: LucideIcon;
  /** For opening it from elsewhere, a right click for instance. */
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
}

/** The twin of everything that has a key or a drag: a button that opens a list of verbs. */
export function ActionMenu({
  label,
  entries,
  onAction,
  icon = Ellipsis,
  isOpen,
  onOpenChange,
}: ActionMenuProps) {
  return (
    <MenuTrigger
      {...(isOpen === undefined ? {} : { isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      <IconButton icon={icon} label={label} />
      <Popover
        className="max-h-80 min-w-48 overflow-y-auto rounded-tile bg-raised p-1 shadow-floating"
        placement="bottom end"
      >
        <Menu className="outline-none" onAction={(key) => onAction(String(key))} aria-label={label}>
          {entries.flatMap((entry) => [
            ...(entry.startsGroup === true
              ? [<Separator key={`${entry.id}-line`} className="my-1 h-px bg-line" />]
              : []),
            <MenuItem
              key={entry.id}
              id={entry.id}
              textValue={entry.label}
              className="flex h-10 cursor-default items-center rounded-control px-3 text-14 -outline-offset-2 data-focused:bg-selected medium:h-8"
            >
              {entry.label}
            </MenuItem>,
          ])}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
