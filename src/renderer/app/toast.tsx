import { useEffect } from 'react';
import { useTranslate } from '../i18n/translate.ts';
import { useView } from '../store/app-context.ts';
import { viewStore } from '../store/view-store.ts';
import { Button } from '../ui/button.tsx';
import { Phrase } from '../ui/phrase.tsx';

const SHOWN_MS = 6_000;

/** What a person could not have seen happen, and how to take it back. Never an error. */
export function Toast() {
  const t = useTranslate();
  const toast = useView((state) => state.toast);
  useEffect(() => {
    if (toast === null) return undefined;
    const timer = setTimeout(() => {
      if (viewStore.getState().toast === toast) viewStore.setState({ toast: null });
    }, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-12 z-30 flex justify-center px-4 max-medium:bottom-28"
    >
      {toast !== null && (
        <div className="pointer-events-auto flex max-w-full min-w-0 items-center gap-3 rounded-tile bg-raised py-1 pr-1 pl-4 shadow-floating outline-1 outline-line">
          <span className="min-w-0 truncate">
            <Phrase text={toast.text} />
          </span>
          {toast.undo !== null && (
            <Button kind="quiet" onPress={toast.undo}>
              {t('common.undo')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
