import { ArrowDownUp, FolderOpen, type LucideIcon, Monitor, Settings } from 'lucide-react';
import { Button } from 'react-aria-components';
import { useTranslate } from '../i18n/translate.ts';
import { useEngine, useView } from '../store/app-context.ts';
import { type MainView, viewStore } from '../store/view-store.ts';
import { classNames } from '../ui/class-names.ts';
import { showView } from './show-view.ts';

const TABS: readonly { readonly view: MainView; readonly icon: LucideIcon }[] = [
  { view: 'devices', icon: Monitor },
  { view: 'transfers', icon: ArrowDownUp },
  { view: 'browse', icon: FolderOpen },
  { view: 'settings', icon: Settings },
];

/** Below 720 px: one thing at a time, chosen at the bottom where the thumb is. */
export function Tabs() {
  const t = useTranslate();
  const shown = useView((state) => state.view);
  const requests = useEngine((state) => Object.keys(state.offers).length);
  return (
    <nav
      aria-label={t('app.views')}
      data-region="views"
      className="flex shrink-0 border-t border-line bg-surface"
    >
      {TABS.map(({ view, icon: Icon }) => {
        const isShown = view === shown;
        const waiting = view === 'transfers' ? requests : 0;
        return (
          <Button
            key={view}
            aria-current={isShown ? 'page' : 'false'}
            aria-label={
              waiting > 0
                ? `${t(`view.${view}`)}, ${t('app.requests', { count: waiting })}`
                : t(`view.${view}`)
            }
            onPress={() => {
              viewStore.setState({ selectedJob: null, selectedPeer: null });
              showView(view);
            }}
            className={classNames(
              'relative flex h-14 min-w-0 flex-1 cursor-default flex-col items-center justify-center gap-0.5 text-12 outline-offset-[-2px] data-pressed:bg-selected',
              isShown ? 'font-semibold text-accent' : 'text-text-2',
            )}
          >
            <span className="relative">
              <Icon size={20} strokeWidth={1.75} aria-hidden />
              {waiting > 0 && (
                <span
                  aria-hidden
                  className="absolute -top-1.5 -right-3 min-w-4 rounded-full bg-accent px-1 text-center text-12 leading-4 text-on-accent"
                >
                  {waiting}
                </span>
              )}
            </span>
            <span className="max-w-full truncate px-1">{t(`view.${view}`)}</span>
          </Button>
        );
      })}
    </nav>
  );
}
