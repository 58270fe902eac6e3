import { Choice, type ChoiceProps } from '../../ui/choice.tsx';
import { SettingRow } from './setting-row.tsx';

export interface SettingChoiceProps<Value extends string>
  extends Pick<ChoiceProps<Value>, 'label' | 'value' | 'options' | 'onChange'> {
  readonly description?: string;
  readonly error?: string | null;
}

/** A setting that is one of a few. */
export function SettingChoice<Value extends string>(props: SettingChoiceProps<Value>) {
  const { description, error = null, ...choice } = props;
  return (
    <SettingRow label={choice.label} description={description} error={error}>
      <Choice {...choice} className="w-full" />
    </SettingRow>
  );
}
