import { useState } from 'react';
import { limitText } from '../format/size-limit.ts';
import { useLanguage, useTranslate } from '../i18n/translate.ts';
import { Choice } from './choice.tsx';
import { classNames } from './class-names.ts';
import { TextField } from './text-field.tsx';

const GIGABYTE = 1_000_000_000;
const COMMON: readonly number[] = [10, 50, 200].map((count) => count * GIGABYTE);
const NONE = 'none';
const OTHER = 'other';

/** `12,5` and `12.5` GB in bytes; null is no amount. */
export function bytesOfGigabytes(text: string): number | null {
  const bytes = Math.round(Number(text.trim().replace(',', '.')) * GIGABYTE);
  return text.trim() !== '' && Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
}

export interface SizeLimitProps {
  readonly label: string;
  /** In bytes; null is any size. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly className?: string;
}

/** A largest size: one of a few, any, or an amount of one's own. */
export function SizeLimit({ label, value, onChange, className }: SizeLimitProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const [draft, setDraft] = useState<string | null>(null);
  const amounts = [...new Set([...COMMON, ...(value === null ? [] : [value])])].toSorted(
    (one, other) => one - other,
  );
  const options = [
    ...amounts.map((bytes) => ({
      value: String(bytes),
      label: t('common.upTo', { bytes: limitText(bytes, locale) }),
    })),
    { value: NONE, label: t('common.anySize') },
    { value: OTHER, label: t('common.otherSize') },
  ];
  const bytes = draft === null ? null : bytesOfGigabytes(draft);
  const keep = () => {
    if (bytes !== null) onChange(bytes);
    setDraft(null);
  };
  return (
    <div className={classNames('flex min-w-0 flex-wrap items-start gap-2', className)}>
      <Choice
        label={label}
        value={draft !== null ? OTHER : value === null ? NONE : String(value)}
        options={options}
        onChange={(chosen) => {
          if (chosen === OTHER) {
            setDraft(value === null ? '' : String(value / GIGABYTE));
            return;
          }
          setDraft(null);
          onChange(chosen === NONE ? null : Number(chosen));
        }}
        className="w-40"
      />
      {draft !== null && (
        <span className="flex items-center gap-2">
          <TextField
            label={t('common.inGigabytes')}
            isLabelHidden
            autoFocus
            value={draft}
            onChange={setDraft}
            onBlur={keep}
            onEnter={keep}
            inputMode="decimal"
            maxLength={9}
            error={draft.trim() !== '' && bytes === null ? t('settings.limitWrong') : null}
            className="w-24"
          />
          <span aria-hidden className="text-13 text-text-2">
            GB
          </span>
        </span>
      )}
    </div>
  );
}
