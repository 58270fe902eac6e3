import { useTranslate } from '../i18n/translate.ts';
import { useApp } from '../store/app-context.ts';
import { isMac } from './is-mac.ts';
import { keyParts } from './keys.ts';

const NAMED = ['Ctrl', 'Shift', 'Alt', 'Space', 'Enter', 'Delete', 'Up', 'Down', 'Backspace'] as const;

/** Keys of a command, as they stand on the keyboard. */
export function KeysText({ keys }: { readonly keys: string }) {
  const t = useTranslate();
  const { host } = useApp();
  return (
    <span className="flex shrink-0 gap-1">
      {keyParts(keys, isMac(host.platform)).map((part) => {
        const named = NAMED.find((name) => name === part);
        return (
          <kbd
            key={part}
            className="min-w-6 rounded border border-line bg-sunken px-1.5 text-center font-sans text-12 leading-5 text-text-2"
          >
            {named === undefined ? part : t(`app.key.${named}`)}
          </kbd>
        );
      })}
    </span>
  );
}
