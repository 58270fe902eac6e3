import { Check } from 'lucide-react';
import { GridList, GridListItem } from 'react-aria-components';
import { useShallow } from 'zustand/react/shallow';
import { useTranslate } from '../../i18n/translate.ts';
import { useEngine } from '../../store/app-context.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { DeviceKindIcon } from '../../ui/device-kind-icon.tsx';
import { NameText } from '../../ui/name-text.tsx';

export interface DevicePickerProps {
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  /** Only one at a time. */
  readonly isSingle?: boolean;
  /** Whole id of a device that is not offered. */
  readonly without?: string | null;
}

/** Paired devices to send to, those that are away too. */
export function DevicePicker({ chosen, onChange, isSingle = false, without = null }: DevicePickerProps) {
  const t = useTranslate();
  const peers = useEngine(
    useShallow((state) =>
      Object.values(state.peers)
        .filter(({ paired, keyChanged, id }) => paired && !keyChanged && (without === null || id !== without))
        .sort((one, other) => one.name.localeCompare(other.name)),
    ),
  );
  if (peers.length === 0) {
    return (
      <div className="flex items-center gap-3">
        <p className="flex-1 text-text-2">{t('drop.none')}</p>
        <Button onPress={() => openDialog({ kind: 'pair', shortId: null })}>{t('drop.pair')}</Button>
      </div>
    );
  }
  return (
    <GridList
      aria-label={t('drop.devices')}
      selectionMode={isSingle ? 'single' : 'multiple'}
      selectionBehavior="toggle"
      selectedKeys={chosen}
      onSelectionChange={(keys) =>
        onChange(new Set(keys === 'all' ? peers.map(({ shortId }) => shortId) : [...keys].map(String)))
      }
      items={peers}
      autoFocus="first"
      className="flex flex-col gap-1 outline-none"
    >
      {(peer) => (
        <GridListItem
          id={peer.shortId}
          textValue={peer.name}
          className="group flex h-14 cursor-default items-center gap-3 rounded-tile border border-line px-3 -outline-offset-2 data-hovered:bg-sunken data-selected:border-accent data-selected:bg-selected"
        >
          <span
            aria-hidden
            className={`flex size-[18px] shrink-0 items-center justify-center ${isSingle ? 'rounded-full' : 'rounded'} border border-edge bg-surface text-on-accent group-data-selected:border-accent group-data-selected:bg-accent forced-colors:group-data-selected:bg-[Highlight]`}
          >
            <Check size={14} strokeWidth={2.5} className="invisible group-data-selected:visible" />
          </span>
          <DeviceKindIcon kind={peer.kind} />
          <span className="min-w-0 flex-1">
            <NameText name={peer.name} className="text-14 font-medium" />
            {!peer.online && <span className="block truncate text-13 text-text-2">{t('drop.offline')}</span>}
          </span>
        </GridListItem>
      )}
    </GridList>
  );
}
