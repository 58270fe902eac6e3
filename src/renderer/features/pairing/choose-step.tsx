import { ChevronRight } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import type { PeerView } from '../../../shared/device.ts';
import { countdownText } from '../../format/numbers.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useEngine } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { DeviceKindIcon } from '../../ui/device-kind-icon.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Note } from '../../ui/note.tsx';
import { PhraseWithName } from '../../ui/phrase-with-name.tsx';
import { useNow } from '../../ui/use-now.ts';

function PeerButton({ peer, onPress }: { readonly peer: PeerView; readonly onPress: () => void }) {
  return (
    <AriaButton
      onPress={onPress}
      className="flex h-14 w-full min-w-0 cursor-default items-center gap-3 rounded-tile border border-edge bg-surface px-3 text-left data-hovered:bg-sunken data-pressed:bg-selected"
    >
      <DeviceKindIcon kind={peer.kind} />
      <NameText name={peer.name} className="flex-1 font-medium" />
      <ChevronRight size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-2" />
    </AriaButton>
  );
}

export interface ChooseStepProps {
  readonly onChoose: (shortId: string) => void;
  readonly onOpenAgain: () => void;
}

/** This device is open for pairing: the other may choose it, or is chosen here. */
export function ChooseStep({ onChoose, onOpenAgain }: ChooseStepProps) {
  const t = useTranslate();
  const nowMs = useNow();
  const name = useEngine((state) => state.device.name);
  const endsMs = useEngine((state) => state.device.pairWindowEndsMs);
  const peers = useEngine((state) => state.peers);
  const unpaired = Object.values(peers)
    .filter((peer) => !peer.paired && peer.online)
    .toSorted((one, other) => one.name.localeCompare(other.name));
  const isOpen = endsMs !== null && endsMs > nowMs;
  return (
    <div className="flex flex-col gap-3">
      {isOpen ? (
        <p className="flex items-baseline gap-4 rounded-tile bg-selected px-4 py-4">
          <span className="min-w-0 flex-1">
            <PhraseWithName phrase="pairing.chooseOnOther" name={name} />
          </span>
          <span aria-hidden className="shrink-0 text-text-2">
            {countdownText(endsMs - nowMs)}
          </span>
        </p>
      ) : (
        <Note tone="info" actions={<Button onPress={onOpenAgain}>{t('common.tryAgain')}</Button>}>
          {t('pairing.noOpen')}
        </Note>
      )}
      {unpaired.length === 0 ? (
        <p className="px-1 text-text-2">{t('pairing.noneNearby')}</p>
      ) : (
        <ul className="flex max-h-72 flex-col gap-2 overflow-y-auto p-1 -m-1">
          {unpaired.map((peer) => (
            <li key={peer.shortId}>
              <PeerButton peer={peer} onPress={() => onChoose(peer.shortId)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
