import { CloudOff, FolderOpen, type LucideIcon, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react';
import type { FailureCode } from '../../../shared/failure.ts';
import { isolate } from '../../format/isolate.ts';
import { isFolderPlace } from '../../format/places.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { openDialog } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { listMeaning } from './list-meaning.ts';
import type { Pane } from './use-pane.ts';
import type { PaneDrop } from './use-pane-drop.ts';
import { usePaneKeys } from './use-pane-keys.ts';

/** Failures that a look at the network may explain. */
const REACH: ReadonlySet<FailureCode> = new Set(['unreachable', 'peer-gone', 'timeout']);

interface MessageProps {
  readonly icon: LucideIcon;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}

function Message({ icon: Icon, children, actions }: MessageProps) {
  return (
    <div className="m-auto flex max-w-[40ch] flex-col items-center gap-3 p-6 text-center text-text-2">
      <Icon size={20} strokeWidth={1.75} aria-hidden className="text-text-3" />
      <p>{children}</p>
      {actions !== undefined && <div className="flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

/** What stands in a pane that has no rows: why, and what can be done. Null: it has some. */
function useMessage(pane: Pane): ReactNode {
  const t = useTranslate();
  const { listing, peer, isOffline } = pane;
  const device = peer?.name ?? null;
  if (isOffline) {
    const check = () => openDialog({ kind: 'doctor', target: peer?.shortId ?? null });
    return (
      <Message icon={CloudOff} actions={<Button onPress={check}>{t('common.checkWhy')}</Button>}>
        <Phrase text={t('browse.offline', { device: isolate(device ?? '') })} />
      </Message>
    );
  }
  if (listing === null) return <Message icon={FolderOpen}>{t('browse.opening')}</Message>;
  const { failure, entries, place, canWrite } = listing;
  if (failure !== null && entries.length === 0) {
    const check = () => openDialog({ kind: 'doctor', target: peer?.shortId ?? null });
    return (
      <Message
        icon={TriangleAlert}
        actions={
          <>
            <Button onPress={pane.reload}>{t('common.tryAgain')}</Button>
            {peer !== null && REACH.has(failure.code) && (
              <Button onPress={check}>{t('common.checkWhy')}</Button>
            )}
          </>
        }
      >
        <FailureText failure={failure} device={device} />
      </Message>
    );
  }
  if (entries.length > 0) return null;
  if (!isFolderPlace(place)) {
    return (
      <Message icon={FolderOpen}>
        <Phrase text={t('browse.noShares', { device: isolate(device ?? '') })} />
      </Message>
    );
  }
  return <Message icon={FolderOpen}>{t(canWrite ? 'browse.emptyDrop' : 'browse.empty')}</Message>;
}

export interface PaneStateProps {
  readonly pane: Pane;
  readonly label: string;
  readonly drop: PaneDrop;
  readonly onNewFolder: () => void;
  /** The rows, where there are any. */
  readonly children: ReactNode;
}

interface EmptyPaneProps extends Omit<PaneStateProps, 'children'> {
  readonly message: ReactNode;
}

function EmptyPane({ pane, label, drop, onNewFolder, message }: EmptyPaneProps) {
  const box = useRef<HTMLDivElement>(null);
  // Before the next key can be pressed; what stood there before has gone, and the focus with it.
  useLayoutEffect(() => {
    if (!pane.isGoing && pane.takeFocus()) box.current?.focus();
  });
  const onKeyDown = usePaneKeys(pane, (key) => {
    const meaning = listMeaning(key, 1);
    if (meaning?.kind === 'up') pane.up(true);
    else if (meaning?.kind === 'new-folder') onNewFolder();
    else return false;
    return true;
  });
  const onOwnKeyDown = (event: KeyboardEvent) => {
    if (event.target === event.currentTarget) onKeyDown(event);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields are in it
    <div
      ref={box}
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: from an empty folder, too, Backspace goes up
      tabIndex={0}
      onKeyDown={onOwnKeyDown}
      {...drop.handlers}
      className={`flex min-h-0 flex-1 overflow-y-auto -outline-offset-2 ${drop.over === '' ? 'bg-selected outline-2 outline-accent' : ''}`}
    >
      {message}
    </div>
  );
}

/** The rows of a pane, or what stands in their place; that takes keys and drops as the rows do. */
export function PaneState({ children, ...props }: PaneStateProps) {
  const message = useMessage(props.pane);
  return message === null ? children : <EmptyPane {...props} message={message} />;
}
