import { fromClock, toClock } from '../../shared/rule-hours.ts';

export interface ClockFieldProps {
  readonly label: string;
  readonly minute: number;
  readonly onChange: (minute: number) => void;
}

/** A time of day. What is not one yet changes nothing. */
export function ClockField({ label, minute, onChange }: ClockFieldProps) {
  return (
    <label className="flex items-center gap-2 text-13 text-text-2">
      {label}
      <input
        type="time"
        key={minute}
        defaultValue={toClock(minute)}
        onBlur={(event) => {
          const next = fromClock(event.currentTarget.value);
          if (next !== null && next !== minute) onChange(next);
        }}
        className="h-10 rounded-control border border-edge bg-surface px-2 text-14 text-text medium:h-8"
      />
    </label>
  );
}
