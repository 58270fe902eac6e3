import {
  Columns2,
  Ellipsis,
  FolderUp,
  KeyRound,
  Link2,
  ScrollText,
  ShieldCheck,
  TriangleAlert,
  Upload,
} from 'lucide-react';
import { type ComponentType, type ReactNode, useState } from 'react';
import { GridListItem, MenuTrigger } from 'react-aria-components';
import type { PeerView } from '../../../shared/device.ts';
import { escapeText } from '../../../shared/escape.ts';
import { peerLine } from '../../format/peer-phrase.ts';
import { topOf } from '../../format/places.ts';
import { type Translate, useLanguage, useTranslate } from '../../i18n/translate.ts';
import { openBrowse } from '../../store/browse-store.ts';
import { peerRefOf } from '../../store/peer-ref.ts';
import { openDialog } from '../../store/view-store.ts';
import { classNames } from '../../ui/class-names.ts';
import { DeviceKindIcon } from '../../ui/device-kind-icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { type MenuAction, MenuPopover } from '../../ui/menu.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { useNow } from '../../ui/use-now.ts';
import { choosePeer, openPeerPage } from './open-peer.ts';
import { useRunningPairing } from './use-peers.ts';

/** Makes a tile a place to drop files on. */
export type TileDropComponent = ComponentType<{ readonly shortId: string; readonly children: ReactNode }>;
export type SendToPeer = (shortId: string, what: 'files' | 'folders') => void;

export interface DeviceTileProps {
  readonly peer: PeerView;
  readonly tileDrop: TileDropComponent;
  readonly onSend: SendToPeer;
  readonly isOpen: boolean;
}

function actionsOf(t: Translate, peer: PeerView, onSend: SendToPeer): readonly MenuAction[] {
  const details = {
    id: 'details',
    label: t('devices.details'),
    icon: ScrollText,
    onAction: () => openPeerPage(peer.shortId),
  };
  if (peer.keyChanged) return [details];
  if (!peer.paired) {
    const pair = () => openDialog({ kind: 'pair', shortId: peer.shortId });
    return [{ id: 'pair', label: t('devices.pair'), icon: Link2, onAction: pair }, details];
  }
  return [
    {
      id: 'files',
      label: t('devices.sendFiles'),
      icon: Upload,
      onAction: () => onSend(peer.shortId, 'files'),
    },
    {
      id: 'folder',
      label: t('devices.sendFolder'),
      icon: FolderUp,
      onAction: () => onSend(peer.shortId, 'folders'),
    },
    {
      id: 'browse',
      label: t('devices.browse'),
      icon: Columns2,
      onAction: () => openBrowse({ left: null, right: topOf(peerRefOf(peer)) }),
    },
    details,
  ];
}

/** 56 px: kind, name, how it is reached, whether it is paired and there. */
export function DeviceTile({ peer, tileDrop: TileDrop, onSend, isOpen }: DeviceTileProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const nowMs = useNow();
  const pairing = useRunningPairing(peer);
  const [hasMenu, setMenu] = useState(false);
  const name = escapeText(peer.name);
  const line = pairing === null ? peerLine(t, peer, nowMs, locale) : t('devices.comparing');
  return (
    <GridListItem
      id={peer.shortId}
      textValue={name}
      aria-label={[name, line, peer.paired ? t('devices.paired') : ''].filter(Boolean).join(', ')}
      onAction={() => choosePeer(peer)}
      onContextMenu={(event) => {
        event.preventDefault();
        setMenu(true);
      }}
      className={classNames(
        'cursor-default rounded-tile outline-offset-[-2px] data-hovered:bg-sunken data-pressed:bg-selected',
        isOpen && 'bg-selected',
      )}
    >
      <TileDrop shortId={peer.shortId}>
        <div className="flex h-14 min-w-0 items-center gap-2 pr-1 pl-3">
          <DeviceKindIcon
            kind={peer.kind}
            className={classNames('mr-1', peer.online ? 'text-text' : 'text-text-3')}
          />
          <div className="min-w-0 flex-1">
            <div className="flex min-w-0 items-center gap-1.5">
              <NameText
                name={peer.name}
                className={classNames('font-medium', !peer.online && 'text-text-2')}
              />
              {peer.paired && !peer.keyChanged && (
                <ShieldCheck size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-2" />
              )}
            </div>
            <div className="flex min-w-0 items-center gap-1.5 text-13 text-text-2">
              <PeerMark peer={peer} isPairing={pairing !== null} />
              <span className={classNames('truncate normal-nums', peer.keyChanged && 'text-bad')}>
                {line}
              </span>
            </div>
          </div>
          <MenuTrigger isOpen={hasMenu} onOpenChange={setMenu}>
            <IconButton icon={Ellipsis} label={t('devices.actionsOf', { device: name })} />
            <MenuPopover
              label={t('devices.actionsOf', { device: name })}
              actions={actionsOf(t, peer, onSend)}
            />
          </MenuTrigger>
        </div>
      </TileDrop>
    </GridListItem>
  );
}

/** Key: numbers are compared; dot: here; ring: not here; triangle: look at it. The words beside it say the same. */
function PeerMark({ peer, isPairing }: { readonly peer: PeerView; readonly isPairing: boolean }) {
  if (isPairing) {
    return <KeyRound size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-accent" />;
  }
  if (peer.keyChanged) {
    return <TriangleAlert size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-bad" />;
  }
  return (
    <span
      aria-hidden
      className={classNames(
        'size-2 shrink-0 rounded-full',
        peer.online ? 'bg-ok forced-colors:bg-[CanvasText]' : 'border border-edge',
      )}
    />
  );
}
