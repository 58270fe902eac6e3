import { CircleHelp, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { GridList } from 'react-aria-components';
import { useTranslate } from '../../i18n/translate.ts';
import { useView } from '../../store/app-context.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { DeviceTile, type SendToPeer, type TileDropComponent } from './device-tile.tsx';
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
  const peers = usePeers();
  const openPeer = useView((state) => state.selectedPeer);
  return (
    <>
      <ThisDevice />
      <section data-region="nearby" aria-labelledby="nearby" className="flex min-h-0 flex-1 flex-col">
        <h2 id="nearby" className="shrink-0 px-5 pt-3 pb-1 text-13 font-medium text-text-2">
          {t('devices.nearby')}
        </h2>
        <div className="min-h-0 flex-1 overflow-y-auto px-2">
          {peers.length === 0 ? (
            empty
          ) : (
            <GridList
              aria-labelledby="nearby"
              selectionMode="none"
              className="flex flex-col gap-0.5 outline-none"
            >
              {peers.map((peer) => (
                <DeviceTile
                  key={peer.shortId}
                  peer={peer}
                  tileDrop={tileDrop}
                  onSend={onSend}
                  isOpen={peer.shortId === openPeer}
                />
              ))}
            </GridList>
          )}
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
