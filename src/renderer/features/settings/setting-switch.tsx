import { Switch } from 'react-aria-components';
import { SettingRow } from './setting-row.tsx';

export interface SettingSwitchProps {
  readonly label: string;
  readonly description?: string;
  readonly error?: string | null;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
}

/** A setting that is on or off; the knob's place says which, not its colour alone. */
export function SettingSwitch({
  label,
  description,
  error = null,
  isSelected,
  onChange,
}: SettingSwitchProps) {
  return (
    <SettingRow label={label} description={description} error={error}>
      <Switch
        aria-label={label}
        isSelected={isSelected}
        onChange={onChange}
        className="group flex h-10 items-center rounded-full medium:h-8"
      >
        <span className="flex h-6 w-10 items-center rounded-full border border-edge bg-surface px-[3px] group-data-selected:border-accent group-data-selected:bg-accent forced-colors:group-data-selected:bg-[Highlight]">
          <span className="size-4 rounded-full bg-edge transition-transform duration-120 group-data-selected:translate-x-4 group-data-selected:bg-on-accent" />
        </span>
      </Switch>
    </SettingRow>
  );
}
