import { ChevronRight } from 'lucide-react';
import { Button } from 'react-aria-components';
import type { PeerView } from '../../../shared/device.ts';
import { fingerprintGroups } from '../../format/fingerprint.ts';
import { peerLine } from '../../format/peer-phrase.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useEngine } from '../../store/app-context.ts';
import { DeviceKindIcon } from '../../ui/device-kind-icon.tsx';
import { Fingerprint } from '../../ui/fingerprint.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { useNow } from '../../ui/use-now.ts';

function PairedDevice({ peer, onOpen }: { readonly peer: PeerView; readonly onOpen: () => void }) {
  const t = useTranslate();
  const locale = useLanguage();
  const nowMs = useNow();
  const facts = [
    t(peer.trust === 'mine' ? 'settings.trustMine' : 'settings.trustOther'),
    peer.rule === null ? '' : t('settings.ruleOn'),
    peerLine(t, peer, nowMs, locale),
  ];
  return (
    <li className="border-b border-line last:border-b-0">
      <Button
        onPress={onOpen}
        className="flex h-14 w-full min-w-0 cursor-default items-center gap-3 rounded-control px-2 text-left data-hovered:bg-sunken data-pressed:bg-selected"
      >
        <DeviceKindIcon kind={peer.kind} className="text-text-2" />
        <span className="min-w-0 flex-1">
          <NameText name={peer.name} className="font-medium" />
          <span className="block truncate text-13 text-text-2">{facts.filter(Boolean).join(' · ')}</span>
        </span>
        <ChevronRight size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-2" />
      </Button>
    </li>
  );
}

/** Who is paired, and the mark by which others know this device. */
export function DevicesSection({ onOpenPeer }: { readonly onOpenPeer: (shortId: string) => void }) {
  const t = useTranslate();
  const locale = useLanguage();
  const peers = useEngine((state) => state.peers);
  const id = useEngine((state) => state.device.id);
  const paired = Object.values(peers)
    .filter((peer) => peer.paired)
    .toSorted((one, other) => one.name.localeCompare(other.name, locale));
  return (
    <>
      {paired.length === 0 && <p className="py-3 text-text-2">{t('settings.noDevices')}</p>}
      <ul>
        {paired.map((peer) => (
          <PairedDevice key={peer.shortId} peer={peer} onOpen={() => onOpenPeer(peer.shortId)} />
        ))}
      </ul>
      <div className="flex flex-col gap-2 border-t border-line py-3">
        <p className="font-medium">{t('settings.fingerprint')}</p>
        <p className="text-13 text-text-2">{t('settings.fingerprintHow')}</p>
        <Fingerprint groups={fingerprintGroups(id)} />
      </div>
    </>
  );
}
