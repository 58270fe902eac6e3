import { Pencil } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Input, TextField } from 'react-aria-components';
import { useTranslate } from '../i18n/translate.ts';
import { IconButton } from './icon-button.tsx';
import { NameText } from './name-text.tsx';

const MAX_LENGTH = 256;

export interface InlineRenameProps {
  readonly name: string;
  /** What is named; read aloud. */
  readonly label: string;
  readonly onRename: (name: string) => void;
  readonly className?: string;
}

/** A name that is changed where it stands: pencil, double click or F2; Enter keeps, Esc takes back. */
export function InlineRename({ name, label, onRename, className = '' }: InlineRenameProps) {
  const t = useTranslate();
  const [draft, setDraft] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const row = useRef<HTMLDivElement>(null);
  const isEditing = draft !== null;
  const wasEditing = useRef(false);
  useEffect(() => {
    if (isEditing) input.current?.select();
    else if (wasEditing.current) row.current?.querySelector('button')?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);

  function keep(): void {
    const next = draft?.trim() ?? '';
    setDraft(null);
    if (next !== '' && next !== name) onRename(next);
  }

  if (draft !== null) {
    return (
      <TextField aria-label={label} value={draft} onChange={setDraft} autoFocus className="min-w-0 flex-1">
        <Input
          ref={input}
          maxLength={MAX_LENGTH}
          onBlur={keep}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              // Else the button that takes the focus is pressed with the same key.
              event.preventDefault();
              keep();
            }
            if (event.key === 'Escape') {
              event.stopPropagation();
              setDraft(null);
            }
          }}
          className={`-ml-2 h-8 w-[calc(100%+8px)] min-w-0 rounded-control border border-edge bg-surface px-2 ${className}`}
        />
      </TextField>
    );
  }
  return (
    // The pencil beside the name does the same for every other way of pointing.
    <div
      ref={row}
      className="flex h-10 min-w-0 flex-1 items-center gap-1 medium:h-8"
      onDoubleClick={() => setDraft(name)}
      onKeyDown={(event) => {
        if (event.key === 'F2') setDraft(name);
      }}
    >
      <NameText name={name} className={className} />
      <IconButton icon={Pencil} label={t('devices.rename')} onPress={() => setDraft(name)} />
    </div>
  );
}
