import type { RuleHours } from '../../../shared/rule-hours.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { ClockField } from '../../ui/clock-field.tsx';

/** What hours begin with when somebody asks for some: a working day. */
const FIRST_HOURS: RuleHours = { fromMinute: 8 * 60, toMinute: 18 * 60 };

export interface RuleHoursFieldProps {
  /** Null is at any time. */
  readonly hours: RuleHours | null;
  readonly onChange: (hours: RuleHours | null) => void;
}

/** At which hours a rule holds; at all others there is a question. */
export function RuleHoursField({ hours, onChange }: RuleHoursFieldProps) {
  const t = useTranslate();
  return (
    <div className="flex flex-col gap-2">
      <Checkbox isSelected={hours !== null} onChange={(isTicked) => onChange(isTicked ? FIRST_HOURS : null)}>
        {t('devices.ruleHours')}
      </Checkbox>
      {hours !== null && (
        <div className="flex flex-wrap items-center gap-3 pl-[30px]">
          <ClockField
            label={t('devices.ruleFromHour')}
            minute={hours.fromMinute}
            onChange={(fromMinute) => onChange({ ...hours, fromMinute })}
          />
          <ClockField
            label={t('devices.ruleToHour')}
            minute={hours.toMinute}
            onChange={(toMinute) => onChange({ ...hours, toMinute })}
          />
        </div>
      )}
    </div>
  );
}
