import { TextField as AriaTextField, FieldError, Input, Label, Text } from 'react-aria-components';
import { classNames } from './class-names.ts';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Said below it. */
  readonly description?: string;
  /** What is wrong with it, in words; null is fine. */
  readonly error?: string | null;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
  readonly isLabelHidden?: boolean;
  readonly inputMode?: 'text' | 'numeric' | 'decimal';
  readonly maxLength?: number;
  readonly onBlur?: () => void;
  readonly onEnter?: () => void;
  readonly className?: string;
}

/** A line of text with its label above. */
export function TextField(props: TextFieldProps) {
  const { label, description, error = null, placeholder, isLabelHidden = false, onEnter, className } = props;
  return (
    <AriaTextField
      value={props.value}
      onChange={props.onChange}
      isInvalid={error !== null}
      autoFocus={props.autoFocus ?? false}
      {...(props.maxLength === undefined ? {} : { maxLength: props.maxLength })}
      {...(props.onBlur === undefined ? {} : { onBlur: props.onBlur })}
      {...(isLabelHidden ? { 'aria-label': label } : {})}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && onEnter !== undefined) onEnter();
        else event.continuePropagation();
      }}
      className={classNames('flex min-w-0 flex-col gap-1', className)}
    >
      {!isLabelHidden && <Label className="text-13 font-medium text-text-2">{label}</Label>}
      <Input
        {...(placeholder === undefined ? {} : { placeholder })}
        inputMode={props.inputMode ?? 'text'}
        autoComplete="off"
        spellCheck={false}
        className="h-10 w-full min-w-0 rounded-control border border-edge bg-surface px-3 text-14 text-text placeholder:text-text-3 data-invalid:border-bad medium:h-8"
      />
      {description !== undefined && error === null && (
        <Text slot="description" className="text-13 text-text-2">
          {description}
        </Text>
      )}
      <FieldError className="text-13 text-bad">{error}</FieldError>
    </AriaTextField>
  );
}
