import { Check, ChevronDown } from 'lucide-react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { countText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useView } from '../../store/app-context.ts';
import { JOB_FILTERS } from '../../store/job-list.ts';
import { type JobFilter, viewStore } from '../../store/view-store.ts';

export interface FiltersProps {
  readonly counts: Readonly<Record<JobFilter, number>>;
  /** There are more, which nobody has asked for yet. */
  readonly hasMore: boolean;
}

/** What ended jobs count in. */
const OPEN_ENDED: ReadonlySet<JobFilter> = new Set(['all', 'finished']);

function useCountText({ counts, hasMore }: FiltersProps): (filter: JobFilter) => string {
  const locale = useLanguage();
  return (filter) => `${countText(counts[filter], locale)}${hasMore && OPEN_ENDED.has(filter) ? '+' : ''}`;
}

function choose(filter: JobFilter): void {
  viewStore.setState({ filter });
}

function Row(props: FiltersProps) {
  const t = useTranslate();
  const { counts } = props;
  const textOf = useCountText(props);
  const chosen = useView((state) => state.filter);
  return (
    <div
      role="group"
      aria-label={t('transfers.filter')}
      className="hidden min-w-0 items-center gap-1 overflow-hidden medium:flex"
    >
      {JOB_FILTERS.map((filter) => (
        <Button
          key={filter}
          onPress={() => choose(filter)}
          aria-pressed={chosen === filter}
          className={`inline-flex h-8 shrink-0 cursor-default items-center gap-1.5 rounded-control px-2.5 text-13 whitespace-nowrap transition-colors duration-120 data-hovered:bg-sunken ${chosen === filter ? 'bg-selected font-medium text-text forced-colors:outline-1' : 'text-text-2'}`}
        >
          {t(`transfers.filter.${filter}`)}
          <span className={`min-w-[2ch] text-left ${counts[filter] === 0 ? 'text-text-3' : ''}`}>
            {textOf(filter)}
          </span>
        </Button>
      ))}
    </div>
  );
}

function Compact(props: FiltersProps) {
  const t = useTranslate();
  const textOf = useCountText(props);
  const chosen = useView((state) => state.filter);
  return (
    <div className="medium:hidden">
      <MenuTrigger>
        <Button
          aria-label={`${t('transfers.filter')}: ${t(`transfers.filter.${chosen}`)}`}
          className="inline-flex h-10 cursor-default items-center gap-2 rounded-control border border-edge px-3 text-14 data-hovered:bg-sunken"
        >
          {t(`transfers.filter.${chosen}`)}
          <span className="text-text-2">{textOf(chosen)}</span>
          <ChevronDown size={16} strokeWidth={1.75} aria-hidden />
        </Button>
        <Popover className="min-w-48 rounded-tile bg-raised p-1 shadow-floating" placement="bottom start">
          <Menu
            className="outline-none"
            aria-label={t('transfers.filter')}
            selectionMode="single"
            selectedKeys={[chosen]}
            onAction={(key) => choose(key as JobFilter)}
          >
            {JOB_FILTERS.map((filter) => (
              <MenuItem
                key={filter}
                id={filter}
                textValue={t(`transfers.filter.${filter}`)}
                className="flex h-10 cursor-default items-center gap-2 rounded-control px-3 text-14 -outline-offset-2 data-focused:bg-selected"
              >
                <span className="w-4">
                  {chosen === filter && <Check size={16} strokeWidth={1.75} aria-hidden />}
                </span>
                <span className="flex-1">{t(`transfers.filter.${filter}`)}</span>
                <span className="text-text-2">{textOf(filter)}</span>
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  );
}

/** Which transfers are shown; a row of choices, below 720 px a menu. */
export function Filters(props: FiltersProps) {
  return (
    <>
      <Row {...props} />
      <Compact {...props} />
    </>
  );
}
