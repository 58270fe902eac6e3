import { ChevronLeft, Link2, X } from 'lucide-react';
import type { ComponentType, ReactNode } from 'react';
import type { PeerView } from '../../../shared/device.ts';
import { peerLine } from '../../format/peer-phrase.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { peerRefOf } from '../../store/peer-ref.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { DeviceKindIcon } from '../../ui/device-kind-icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { InlineRename } from '../../ui/inline-rename.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { PhraseWithName } from '../../ui/phrase-with-name.tsx';
import { useCall } from '../../ui/use-call.ts';
import { useNow } from '../../ui/use-now.ts';
import { ConnectionSection, FingerprintSection } from './connection-section.tsx';
import { KeyChangedNote } from './key-changed-note.tsx';
import { leavePeerPage } from './open-peer.ts';
import { RuleSection } from './rule-section.tsx';
import { TrustSection } from './trust-section.tsx';
import { UnpairSection } from './unpair-section.tsx';

/** Closes the column where it stands beside the list, goes back where it took the list's place. */
function Top({ shortId, children }: { readonly shortId: string; readonly children: ReactNode }) {
  const t = useTranslate();
  const leave = () => leavePeerPage(shortId);
  return (
    <div className="flex h-14 shrink-0 items-center gap-2 px-2">
      <div className="wide:hidden">
        <IconButton icon={ChevronLeft} label={t('common.back')} onPress={leave} />
      </div>
      <div className="flex min-w-0 flex-1 items-center gap-3 wide:pl-2">{children}</div>
      <div className="hidden wide:block">
        <IconButton icon={X} label={t('common.close')} onPress={leave} />
      </div>
    </div>
  );
}

function Name({ peer }: { readonly peer: PeerView }) {
  const t = useTranslate();
  const { engine } = useApp();
  const { run } = useCall();
  if (!peer.paired) return <NameText name={peer.name} className="text-16 font-semibold" />;
  return (
    <InlineRename
      name={peer.name}
      label={t('devices.rename')}
      className="text-16 font-semibold"
      onRename={(name) => {
        void run(async (signal) => {
          await engine.call('peers.rename', { peer: peerRefOf(peer), name }, signal);
        });
      }}
    />
  );
}

export interface DevicePageProps {
  readonly shortId: string;
  /** Measures the way to the device; stands below how it is reached. */
  readonly networkTest: ComponentType<{ readonly peer: PeerView }>;
}

/** Everything about one other device, and what it may do here. */
export function DevicePage({ shortId, networkTest: NetworkTest }: DevicePageProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const nowMs = useNow();
  const peer = useEngine((state) => state.peers[shortId] ?? null);
  if (peer === null) {
    return (
      <Top shortId={shortId}>
        <p className="text-text-2">{t('devices.gone')}</p>
      </Top>
    );
  }
  const isRenamed = peer.paired && peer.announcedName !== null && peer.announcedName !== peer.name;
  return (
    <>
      <Top shortId={shortId}>
        <DeviceKindIcon kind={peer.kind} />
        <h2 className="flex min-w-0 flex-1">
          <Name peer={peer} />
        </h2>
      </Top>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {peer.keyChanged ? (
          <KeyChangedNote peer={peer} />
        ) : (
          <p className="truncate px-4 pb-3 text-text-2">{peerLine(t, peer, nowMs, locale)}</p>
        )}
        {isRenamed && (
          <p className="px-4 pb-3 text-13 text-text-2">
            <PhraseWithName phrase="devices.announcedAs" name={peer.announcedName ?? ''} />
          </p>
        )}
        {!peer.paired && (
          <div className="flex flex-col items-start gap-3 px-4 pb-4">
            <p className="text-text-2">{t('devices.notPairedTold')}</p>
            <Button kind="primary" onPress={() => openDialog({ kind: 'pair', shortId })}>
              <Link2 size={16} strokeWidth={1.75} aria-hidden />
              {t('devices.pair')}
            </Button>
          </div>
        )}
        {peer.paired && <TrustSection peer={peer} />}
        {peer.paired && <RuleSection peer={peer} />}
        <ConnectionSection peer={peer} />
        {peer.paired && <NetworkTest peer={peer} />}
        <FingerprintSection peer={peer} />
        {peer.paired && <UnpairSection peer={peer} />}
      </div>
    </>
  );
}
