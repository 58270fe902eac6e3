import { Radio, RadioGroup } from 'react-aria-components';
import type { ConflictPolicy } from '../../../shared/copy-options.ts';
import type { OfferView } from '../../../shared/job.ts';
import { isolate } from '../../format/isolate.ts';
import { bytesText, countdownText, countText } from '../../format/numbers.ts';
import { limitText } from '../../format/size-limit.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { SizeLimit } from '../../ui/size-limit.tsx';
import { useNow } from '../../ui/use-now.ts';

/** How many names are told before "+3". */
const SHOWN_NAMES = 3;

/** `3.20 GB: Trip 2026, plan.pdf, +3`. */
export function What({ offer }: { readonly offer: OfferView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const size = bytesText(offer.bytes, locale);
  const more = offer.names.length - SHOWN_NAMES;
  const files = t('requests.files', { count: offer.files, n: countText(offer.files, locale) });
  return (
    <p className="flex min-w-0 flex-wrap items-baseline gap-x-1.5 text-13 text-text-2">
      <span className="whitespace-nowrap">
        {offer.complete
          ? size
          : offer.files === 0
            ? t('requests.counting')
            : t('requests.atLeast', { files, bytes: size })}
        :
      </span>
      {offer.names.slice(0, SHOWN_NAMES).map((name, index) => (
        <span key={name} className="inline-flex max-w-60 min-w-0 text-text">
          <NameText name={name} />
          {index < Math.min(SHOWN_NAMES, offer.names.length) - 1 && ','}
        </span>
      ))}
      {more > 0 && <span>{t('requests.more', { n: countText(more, locale) })}</span>}
    </p>
  );
}

/** The other device's clock, or its way here, may be off by a moment: nobody waits longer than this. */
const MOST_MS = 600_000;

/** `Expires in 4:32`, in a slot that keeps its width. */
export function Expires({ offer }: { readonly offer: OfferView }) {
  const t = useTranslate();
  const nowMs = useNow();
  return (
    <span className="shrink-0 text-13 whitespace-nowrap text-text-2">
      {t('requests.expires', { time: countdownText(Math.min(MOST_MS, offer.expiresMs - nowMs)) })}
    </span>
  );
}

const POLICIES = ['keep-both', 'replace', 'newer', 'skip'] as const satisfies readonly ConflictPolicy[];
export type Policy = (typeof POLICIES)[number];

interface ClashesProps {
  readonly clashes: NonNullable<OfferView['clashes']>;
  readonly policy: Policy;
  readonly onChange: (policy: Policy) => void;
}

/** What is there already: what is the same stays, for what differs one answer. */
export function Clashes({ clashes, policy, onChange }: ClashesProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const { same, differ, complete } = clashes;
  const words = { count: differ, n: countText(differ, locale) };
  return (
    <div className="flex flex-col gap-1 text-13">
      {same > 0 && (
        <p className="text-text-2">{t('requests.same', { count: same, n: countText(same, locale) })}</p>
      )}
      {differ > 0 && (
        <RadioGroup
          aria-label={t('requests.conflict')}
          value={policy}
          onChange={(value) => {
            const chosen = POLICIES.find((each) => each === value);
            if (chosen !== undefined) onChange(chosen);
          }}
          className="flex flex-wrap items-center gap-x-4 gap-y-1"
        >
          <span>{t(complete ? 'requests.differ' : 'requests.differAtLeast', words)}</span>
          {POLICIES.map((each) => (
            <Radio
              key={each}
              value={each}
              className="group flex min-h-8 cursor-default items-center gap-2 rounded-control"
            >
              <span
                aria-hidden
                className="size-4 shrink-0 rounded-full border border-edge bg-surface group-data-selected:border-[5px] group-data-selected:border-accent"
              />
              {t(`conflict.${each}`)}
            </Radio>
          ))}
        </RadioGroup>
      )}
    </div>
  );
}

/** What a new rule allows at once: enough for a day's photos, not for a disk. */
export const FIRST_LIMIT = 50_000_000_000;

interface AlwaysProps {
  readonly device: string;
  readonly folder: string;
  readonly isChosen: boolean;
  /** In bytes; null is any size. */
  readonly limit: number | null;
  readonly onChoose: (isChosen: boolean) => void;
  readonly onLimit: (limit: number | null) => void;
}

/** A standing permission: never preselected, and it says folder and size. */
export function Always({ device, folder, isChosen, limit, onChoose, onLimit }: AlwaysProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const values = { folder: isolate(folder), bytes: limit === null ? '' : limitText(limit, locale) };
  return (
    <div className="flex flex-wrap items-center gap-x-3">
      <Checkbox isSelected={isChosen} onChange={onChoose}>
        <span className="text-13">
          <Phrase text={t('requests.always', { device: isolate(device) })} />
          <span className="block text-12 text-text-2">
            <Phrase text={t(limit === null ? 'requests.anySize' : 'requests.upTo', values)} />
          </span>
        </span>
      </Checkbox>
      <SizeLimit
        label={t('requests.limit')}
        value={limit}
        onChange={onLimit}
        className={isChosen ? '' : 'invisible'}
      />
    </div>
  );
}
