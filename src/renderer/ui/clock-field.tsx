import type { FocusEvent } from 'react';
import { fromClock, toClock } from '../../shared/rule-hours.ts';

export interface ClockFieldProps {
  readonly label: string;
  readonly minute: number;
  readonly onChange: (minute: number) => void;
}

/**
 * A time of day as the rest of the app writes it; the browser's own field follows the language of the browser and may
 * want am or pm. What is no time of day goes back to what it was.
 */
export function ClockField({ label, minute, onChange }: ClockFieldProps) {
  const take = ({ currentTarget }: FocusEvent<HTMLInputElement>) => {
    const next = fromClock(currentTarget.value) ?? minute;
    currentTarget.value = toClock(next);
    if (next !== minute) onChange(next);
  };
  return (
    <label className="flex items-center gap-2 text-13 text-text-2">
      {label}
      <input
        inputMode="numeric"
        autoComplete="off"
        maxLength={5}
        key={minute}
        defaultValue={toClock(minute)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
        className="h-10 w-18 rounded-control border border-edge bg-surface px-2 text-center text-14 text-text medium:h-8"
      />
    </label>
  );
}
