import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import type { AnswerPolicy } from '../../../shared/engine-api.ts';
import type { Clash, ClashSide } from '../../../shared/job.ts';
import { bytesText, countText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { act } from '../../store/act.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Modal } from '../../ui/modal.tsx';
import { NameText } from '../../ui/name-text.tsx';

/** The safe one first. */
export const POLICIES = ['keep-both', 'replace', 'newer', 'skip'] as const satisfies readonly AnswerPolicy[];

const ENTRY_HEIGHT = 76;

interface SideProps {
  readonly label: string;
  readonly side: ClashSide;
  readonly other: ClashSide;
}

/** One end of a clash: kind or size, date, and what it is more of than the other. */
function Side({ label, side, other }: SideProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const size = side.type === 'file' ? bytesText(side.bytes, locale) : t(`conflict.${side.type}`);
  const date = new Intl.DateTimeFormat(locale, {
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  }).format(side.mtimeMs);
  const marks = [
    ...(side.mtimeMs > other.mtimeMs ? [t('conflict.isNewer')] : []),
    ...(side.type === 'file' && other.type === 'file' && side.bytes > other.bytes
      ? [t('conflict.isLarger')]
      : []),
  ];
  return (
    <p className="flex gap-2 truncate text-12 text-text-2">
      <span className="w-9 shrink-0 text-text-3">{label}</span>
      <span className="w-16 shrink-0 text-right">{size}</span>
      <span className="truncate">{date}</span>
      {marks.length > 0 && <span className="shrink-0 font-medium text-text">{marks.join(', ')}</span>}
    </p>
  );
}

interface EntriesProps {
  readonly clashes: readonly Clash[];
  readonly choices: ReadonlyMap<string, AnswerPolicy>;
  readonly fallback: AnswerPolicy;
  readonly onChoose: (path: string, policy: AnswerPolicy) => void;
}

function Entries({ clashes, choices, fallback, onChoose }: EntriesProps) {
  const t = useTranslate();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: clashes.length,
    getScrollElement: () => box.current,
    estimateSize: () => ENTRY_HEIGHT,
    overscan: 4,
  });
  return (
    <div ref={box} role="list" className="max-h-80 overflow-y-auto rounded-control border border-line px-3">
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const clash = clashes[item.index];
          if (clash === undefined) return null;
          return (
            <div
              key={item.key}
              role="listitem"
              aria-setsize={clashes.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 flex items-center gap-3 border-b border-line"
              style={{ height: ENTRY_HEIGHT, transform: `translateY(${item.start}px)` }}
            >
              <div className="min-w-0 flex-1">
                <NameText name={clash.path} className="text-13 font-medium" />
                <Side label={t('conflict.incoming')} side={clash.theirs} other={clash.ours} />
                <Side label={t('conflict.there')} side={clash.ours} other={clash.theirs} />
              </div>
              <Choice
                className="w-38 shrink-0"
                label={t('conflict.choiceFor', { name: clash.path })}
                value={choices.get(clash.path) ?? fallback}
                onChange={(policy) => onChoose(clash.path, policy)}
                options={POLICIES.map((policy) => ({ value: policy, label: t(`conflict.${policy}`) }))}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface PolicyChoiceProps {
  readonly label: string;
  readonly value: AnswerPolicy;
  readonly onChange: (policy: AnswerPolicy) => void;
}

function PolicyChoice({ label, value, onChange }: PolicyChoiceProps) {
  const t = useTranslate();
  return (
    <RadioGroup
      value={value}
      onChange={(chosen) => {
        const policy = POLICIES.find((each) => each === chosen);
        if (policy !== undefined) onChange(policy);
      }}
      className="flex flex-col gap-1"
    >
      <Label className="sr-only">{label}</Label>
      {POLICIES.map((policy, index) => (
        <Radio
          key={policy}
          value={policy}
          autoFocus={index === 0}
          className="group flex min-h-10 cursor-default items-center gap-3 rounded-control px-2 data-hovered:bg-sunken"
        >
          <span
            aria-hidden
            className="flex size-4 shrink-0 items-center justify-center rounded-full border border-edge group-data-selected:border-[5px] group-data-selected:border-accent"
          />
          <span className="min-w-0">
            <span className="block text-14">{t(`conflict.${policy}`)}</span>
            <span className="block text-12 text-text-2">{t(`conflict.${policy}How`)}</span>
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

/** One question, asked once: what to do where something else is in the place. */
export function ConflictDialog({ job: id }: { readonly job: string }) {
  const t = useTranslate();
  const locale = useLanguage();
  const { engine } = useApp();
  const question = useEngine((state) => state.jobs[id]?.question ?? null);
  const [policy, setPolicy] = useState<AnswerPolicy>('keep-both');
  const [isEach, setEach] = useState(false);
  const [choices, setChoices] = useState<ReadonlyMap<string, AnswerPolicy>>(new Map());
  const close = () => openDialog(null);
  if (question === null) return null;
  const { count, clashes, complete } = question;
  const send = () => {
    close();
    const exceptions = [...choices].map(([path, chosen]) => ({ path, policy: chosen }));
    void act(engine, id, 'jobs.answer', { job: id, policy, choices: isEach ? exceptions : [] });
  };
  return (
    <Modal title={t('conflict.title', { count, n: countText(count, locale) })} isOpen onClose={close}>
      <div className="flex flex-col gap-4">
        <p className="text-13 text-text-2">
          {t('conflict.meanwhile')}
          {!complete && ` ${t('conflict.atLeast')}`}
        </p>
        {isEach && (
          <>
            <Entries
              clashes={clashes}
              choices={choices}
              fallback={policy}
              onChoose={(path, chosen) => setChoices(new Map(choices).set(path, chosen))}
            />
            {count > clashes.length && (
              <p className="text-13 text-text-2">
                {t('conflict.shownOnly', { n: countText(clashes.length, locale) })}
              </p>
            )}
            <p className="-mb-2 text-13 font-medium">{t('conflict.forRest')}</p>
          </>
        )}
        <PolicyChoice label={t('conflict.forRest')} value={policy} onChange={setPolicy} />
        <div className="flex flex-wrap justify-end gap-2">
          {!isEach && clashes.length > 0 && (
            <Button kind="quiet" className="mr-auto" onPress={() => setEach(true)}>
              {t('conflict.choose')}
            </Button>
          )}
          <Button onPress={close}>{t('common.cancel')}</Button>
          <Button kind="primary" onPress={send}>
            {t(`conflict.${policy}`)}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
