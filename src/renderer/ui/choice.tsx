import { Check, ChevronDown } from 'lucide-react';
import { Button, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { classNames } from './class-names.ts';

export interface ChoiceOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** Said where it is chosen, if the label is too long for that place. */
  readonly short?: string;
}

export interface ChoiceProps<Value extends string> {
  /** Read aloud; a visible label beside it says the same. */
  readonly label: string;
  readonly value: Value;
  readonly options: readonly ChoiceOption<Value>[];
  readonly onChange: (value: Value) => void;
  readonly className?: string;
  /** `quiet` has no border: for places where it is one of many. */
  readonly kind?: 'plain' | 'quiet';
}

/** One of a few; its width is its container's, so that another choice moves nothing. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, onChange, className, kind = 'plain' } = props;
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={(key) => {
        const chosen = options.find((option) => option.value === key);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className={classNames('min-w-0', className)}
    >
      <Button
        className={classNames(
          'flex h-10 w-full min-w-0 cursor-default items-center gap-2 rounded-control text-left data-hovered:bg-sunken data-pressed:bg-selected medium:h-8',
          kind === 'plain' ? 'border border-edge bg-surface px-3 text-14' : 'px-2 text-13',
        )}
      >
        <SelectValue className="min-w-0 flex-1 truncate">
          {({ selectedText }) => options.find((option) => option.value === value)?.short ?? selectedText}
        </SelectValue>
        <ChevronDown size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-2" />
      </Button>
      <Popover className="min-w-(--trigger-width) overflow-auto rounded-tile bg-raised p-1 shadow-floating outline-1 outline-line">
        <ListBox className="outline-none">
          {options.map((option) => (
            <ListBoxItem
              key={option.value}
              id={option.value}
              textValue={option.label}
              className="group flex min-h-10 cursor-default items-center gap-2 rounded-control px-2 text-14 outline-offset-[-2px] data-focused:bg-selected medium:min-h-8"
            >
              <Check
                size={16}
                strokeWidth={1.75}
                aria-hidden
                className="invisible shrink-0 text-accent group-data-selected:visible"
              />
              <span className="min-w-0 flex-1">{option.label}</span>
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
