import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';

export interface SegmentsProps<Id extends string> {
  readonly label: string;
  readonly items: readonly { readonly id: Id; readonly label: string }[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
}

/** A few choices side by side of which one holds. */
export function Segments<Id extends string>({ label, items, selected, onSelect }: SegmentsProps<Id>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[selected]}
      onSelectionChange={(keys) => {
        const [key] = keys;
        const item = items.find(({ id }) => id === key);
        if (item !== undefined) onSelect(item.id);
      }}
      className="inline-flex self-start rounded-control border border-edge p-px"
    >
      {items.map(({ id, label: text }) => (
        <ToggleButton
          key={id}
          id={id}
          className="inline-flex h-9 cursor-default items-center rounded-[5px] px-3 text-13 whitespace-nowrap text-text-2 transition-colors duration-120 medium:h-7 data-hovered:text-text data-selected:bg-selected data-selected:font-medium data-selected:text-text forced-colors:data-selected:forced-color-adjust-none forced-colors:data-selected:bg-[Highlight] forced-colors:data-selected:text-[HighlightText]"
        >
          {text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
