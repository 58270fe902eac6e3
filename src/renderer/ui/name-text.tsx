import { escapeText } from '../../shared/escape.ts';
import { splitName } from '../format/middle.ts';

/** A name from anywhere: text only, control characters escaped, shortened in the middle so that its end shows. */
export function NameText({ name, className = '' }: { readonly name: string; readonly className?: string }) {
  const shown = escapeText(name);
  const [head, tail] = splitName(shown);
  return (
    <bdi className={`flex min-w-0 normal-nums ${className}`} title={shown}>
      <span className="truncate whitespace-pre">{head}</span>
      {tail !== '' && <span className="shrink-0 whitespace-pre">{tail}</span>}
    </bdi>
  );
}
