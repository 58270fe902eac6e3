import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslate } from '../i18n/translate.ts';
import { Button } from './button.tsx';

const SHOWN_MS = 2_000;

/** Puts text on the clipboard and says so for a moment, in the same width. */
export function CopyButton({ text, label }: { readonly text: () => string; readonly label: string }) {
  const t = useTranslate();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const Icon = isCopied ? Check : Copy;
  return (
    <Button
      onPress={() => {
        void navigator.clipboard.writeText(text()).then(
          () => setCopied(true),
          () => setCopied(false),
        );
      }}
    >
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      <span className="grid">
        <span className={`col-start-1 row-start-1 ${isCopied ? 'invisible' : ''}`}>{label}</span>
        <span className={`col-start-1 row-start-1 ${isCopied ? '' : 'invisible'}`} aria-live="polite">
          {isCopied ? t('devices.copied') : ''}
        </span>
      </span>
    </Button>
  );
}
