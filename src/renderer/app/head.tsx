import { FilePlus, FolderPlus, Plus, Search, Settings, X } from 'lucide-react';
import { Button as AriaButton, Input, MenuTrigger, SearchField } from 'react-aria-components';
import { ThisDeviceLine } from '../features/devices/this-device.tsx';
import { useTranslate } from '../i18n/translate.ts';
import { useApp, useView } from '../store/app-context.ts';
import { viewStore } from '../store/view-store.ts';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { MenuPopover } from '../ui/menu.tsx';
import { useWidth } from '../ui/use-width.ts';
import { SEARCH_MARK } from './focus-search.ts';
import type { PickToSend } from './run-command.ts';
import { showView } from './show-view.ts';

function Find() {
  const t = useTranslate();
  const search = useView((state) => state.search);
  return (
    <SearchField
      aria-label={t('app.find')}
      value={search}
      onChange={(text) => viewStore.setState({ search: text })}
      className="group relative min-w-0 flex-1 medium:max-w-64"
      {...{ [SEARCH_MARK]: '' }}
    >
      <Search
        size={16}
        strokeWidth={1.75}
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-text-2"
      />
      <Input
        placeholder={t('app.find')}
        className="h-10 w-full min-w-0 rounded-control border border-edge bg-surface px-8 text-14 placeholder:text-text-3 medium:h-8 [&::-webkit-search-cancel-button]:hidden"
      />
      <AriaButton
        aria-label={t('app.clearSearch')}
        className="absolute top-1/2 right-1 flex size-6 -translate-y-1/2 items-center justify-center rounded-control text-text-2 group-data-empty:invisible data-hovered:bg-sunken"
      >
        <X size={16} strokeWidth={1.75} aria-hidden />
      </AriaButton>
    </SearchField>
  );
}

function SendMenu({ pick }: { readonly pick: PickToSend }) {
  const t = useTranslate();
  const app = useApp();
  const actions = [
    { id: 'files', label: t('app.sendFiles'), icon: FilePlus, onAction: () => pick(app, 'files', null) },
    {
      id: 'folder',
      label: t('app.sendFolder'),
      icon: FolderPlus,
      onAction: () => pick(app, 'folders', null),
    },
  ];
  return (
    <MenuTrigger>
      <Button kind="primary">
        <Plus size={16} strokeWidth={1.75} aria-hidden />
        {t('app.send')}
      </Button>
      <MenuPopover label={t('app.send')} actions={actions} />
    </MenuTrigger>
  );
}

function ViewButton({ view }: { readonly view: 'transfers' | 'browse' | 'settings' }) {
  const t = useTranslate();
  const shown = useView((state) => state.view);
  // Devices stand beside the transfers wherever there is more than one column.
  const isShown = view === (shown === 'devices' ? 'transfers' : shown);
  return (
    <AriaButton
      onPress={() => showView(view)}
      aria-current={isShown ? 'page' : 'false'}
      className={classNames(
        'flex h-8 shrink-0 cursor-default items-center gap-2 rounded-control px-3 text-14 font-medium data-hovered:bg-sunken data-pressed:bg-selected',
        isShown ? 'bg-selected text-text' : 'text-text-2',
      )}
    >
      {view === 'settings' && <Settings size={16} strokeWidth={1.75} aria-hidden />}
      {t(`view.${view}`)}
    </AriaButton>
  );
}

/** Views, search and Send. Below 720 px the views are at the bottom, and who this device is stands here. */
export function Head({ pick }: { readonly pick: PickToSend }) {
  const t = useTranslate();
  const isNarrow = useWidth() === 'narrow';
  const view = useView((state) => state.view);
  return (
    <>
      {isNarrow && <ThisDeviceLine />}
      {(!isNarrow || (view !== 'settings' && view !== 'browse')) && (
        <header
          data-region="views"
          className="flex h-14 shrink-0 items-center gap-2 border-b border-line bg-surface px-3"
        >
          {!isNarrow && (
            <nav aria-label={t('app.views')} className="flex items-center gap-1">
              <ViewButton view="transfers" />
              <ViewButton view="browse" />
              <ViewButton view="settings" />
            </nav>
          )}
          <div className="flex min-w-0 flex-1 items-center justify-end gap-2">
            {view !== 'settings' && view !== 'browse' && <Find />}
            <SendMenu pick={pick} />
          </div>
        </header>
      )}
    </>
  );
}
