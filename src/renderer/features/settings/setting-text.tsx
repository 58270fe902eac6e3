import { useEffect, useState } from 'react';
import { TextField, type TextFieldProps } from '../../ui/text-field.tsx';
import { SettingRow } from './setting-row.tsx';

export interface SettingTextProps extends Pick<TextFieldProps, 'label' | 'inputMode' | 'maxLength'> {
  readonly description?: string;
  readonly error?: string | null;
  readonly value: string;
  /** What is wrong with a text, or null; such a text is not kept. */
  readonly check?: (text: string) => string | null;
  readonly onKeep: (text: string) => void;
}

/** A setting that is typed: kept with Enter or on leaving, if it is possible. */
export function SettingText(props: SettingTextProps) {
  const { label, description, error = null, value, check = () => null, onKeep, inputMode, maxLength } = props;
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const problem = check(draft);

  function keep(): void {
    const text = draft.trim();
    if (text === '' || problem !== null) setDraft(value);
    else if (text !== value) onKeep(text);
  }

  return (
    <SettingRow label={label} description={description} error={problem ?? error}>
      <TextField
        label={label}
        isLabelHidden
        value={draft}
        onChange={setDraft}
        onBlur={keep}
        onEnter={keep}
        className="w-full"
        {...(inputMode === undefined ? {} : { inputMode })}
        {...(maxLength === undefined ? {} : { maxLength })}
      />
    </SettingRow>
  );
}
