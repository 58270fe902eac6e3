import { CircleHelp, Plus } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { GridList } from 'react-aria-components';
import { isolate } from '../../format/isolate.ts';
import { countText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useView } from '../../store/app-context.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { DeviceTile, type SendToPeer, type TileDropComponent } from './device-tile.tsx';
import { groupPeers, MANY_PEERS } from './peer-groups.ts';
import { RailNotices } from './rail-notices.tsx';
import { ThisDevice } from './this-device.tsx';
import { usePeers } from './use-peers.ts';

export interface DevicesRailProps {
  readonly tileDrop: TileDropComponent;
  readonly onSend: SendToPeer;
  /** What stands there while nobody is. */
  readonly empty: ReactNode;
}

/** This device and everyone near it. */
export function DevicesRail({ tileDrop, onSend, empty }: DevicesRailProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const peers = usePeers();
  const [query, setQuery] = useState('');
  const isMany = peers.length >= MANY_PEERS;
  const groups = useMemo(() => groupPeers(peers, query), [peers, query]);
  const openPeer = useView((state) => state.selectedPeer);
  return (
    <>
      <ThisDevice />
      <section data-region="nearby" aria-labelledby="nearby" className="flex min-h-0 flex-1 flex-col">
        <h2 id="nearby" className="flex shrink-0 gap-2 px-5 pt-3 pb-1 text-13 font-medium text-text-2">
          {t('devices.nearby')}
          {isMany && <span className="text-text-3">{countText(peers.length, locale)}</span>}
        </h2>
        {isMany && (
          <TextField
            label={t('devices.find')}
            isLabelHidden
            placeholder={t('devices.find')}
            value={query}
            onChange={setQuery}
            className="shrink-0 px-4 pb-2"
          />
        )}
        <div className="min-h-0 flex-1 overflow-y-auto px-2">
          {peers.length === 0 && empty}
          {peers.length > 0 && groups.length === 0 && (
            <p className="px-3 py-2 text-13 text-text-2">
              <Phrase text={t('transfers.empty.search', { query: isolate(query) })} />
            </p>
          )}
          {groups.map((group) => (
            <div key={group.kind}>
              {group.kind !== 'all' && (
                <h3
                  id={`nearby-${group.kind}`}
                  className="sticky top-0 z-10 bg-surface px-3 py-1 text-12 font-medium text-text-2"
                >
                  {t(`devices.group.${group.kind}`)}
                </h3>
              )}
              <GridList
                aria-labelledby={group.kind === 'all' ? 'nearby' : `nearby nearby-${group.kind}`}
                selectionMode="none"
                className="flex flex-col gap-0.5 outline-none"
              >
                {group.peers.map((peer) => (
                  <DeviceTile
                    key={peer.shortId}
                    peer={peer}
                    tileDrop={tileDrop}
                    onSend={onSend}
                    isOpen={peer.shortId === openPeer}
                  />
                ))}
              </GridList>
            </div>
          ))}
        </div>
        <RailNotices />
        <div className="flex shrink-0 flex-col items-start px-2 py-2">
          <Button kind="quiet" onPress={() => openDialog({ kind: 'pair', shortId: null })}>
            <Plus size={16} strokeWidth={1.75} aria-hidden />
            {t('devices.pairDevice')}
          </Button>
          <Button kind="quiet" onPress={() => openDialog({ kind: 'doctor', target: null })}>
            <CircleHelp size={16} strokeWidth={1.75} aria-hidden />
            {t('devices.cannotSee')}
          </Button>
        </div>
      </section>
    </>
  );
}
