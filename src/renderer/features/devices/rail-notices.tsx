import { UserRoundPlus } from 'lucide-react';
import { useTranslate } from '../../i18n/translate.ts';
import { useEngine } from '../../store/app-context.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { PhraseWithName } from '../../ui/phrase-with-name.tsx';
import { useNow } from '../../ui/use-now.ts';

/** A device that still wants to pair asks again every few seconds, for two minutes. */
const KNOCK_MS = 120_000;

function Knock() {
  const t = useTranslate();
  const nowMs = useNow();
  const knock = useEngine((state) => state.device.knock);
  const isOpen = useEngine((state) => state.device.pairWindowEndsMs !== null);
  const isPaired = useEngine((state) => knock !== null && (state.peers[knock.shortId]?.paired ?? false));
  if (knock === null || isOpen || isPaired || nowMs - knock.atMs > KNOCK_MS) return null;
  return (
    <div className="flex flex-col gap-2 rounded-tile bg-selected p-3">
      <div className="flex min-w-0 items-start gap-2 text-13">
        <UserRoundPlus size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-accent" />
        <p className="min-w-0 flex-1">
          <PhraseWithName phrase="devices.knock" name={knock.name} />
        </p>
      </div>
      <Button kind="primary" onPress={() => openDialog({ kind: 'pair', shortId: null })}>
        {t('devices.pairDevice')}
      </Button>
    </div>
  );
}

function NetworkNote() {
  const t = useTranslate();
  const network = useEngine((state) => state.device.network);
  if (network === 'ok') return null;
  const isNone = network === 'none';
  const check = (
    <Button onPress={() => openDialog({ kind: 'doctor', target: null })}>{t('common.checkWhy')}</Button>
  );
  return (
    <Note tone="wait" role="status" actions={check}>
      {t(isNone ? 'devices.noNetwork' : 'devices.noDiscovery')}
    </Note>
  );
}

/** What stands below the list, so that it moves nothing: who wants to pair, and what the network lacks. */
export function RailNotices() {
  return (
    <div className="flex shrink-0 flex-col gap-2 px-3 empty:hidden">
      <Knock />
      <NetworkNote />
    </div>
  );
}
