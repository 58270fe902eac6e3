import { Search } from 'lucide-react';
import {
  Autocomplete,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components';
import { COMMANDS, commandLabelKey } from '../../shared/commands.ts';
import { escapeText } from '../../shared/escape.ts';
import { choosePeer } from '../features/devices/open-peer.ts';
import { usePeers } from '../features/devices/use-peers.ts';
import { useTranslate } from '../i18n/translate.ts';
import { useApp } from '../store/app-context.ts';
import { openDialog } from '../store/view-store.ts';
import { DeviceKindIcon } from '../ui/device-kind-icon.tsx';
import { NameText } from '../ui/name-text.tsx';
import { KeysText } from './keys-text.tsx';
import { type PickToSend, runCommand } from './run-command.ts';

const ITEM =
  'flex min-h-10 min-w-0 cursor-default items-center gap-3 rounded-control px-3 text-14 outline-offset-[-2px] data-focused:bg-selected';

/** Everything that can be ordered, and every device, by typing a part of its name. */
export function Palette({ pick }: { readonly pick: PickToSend }) {
  const t = useTranslate();
  const app = useApp();
  const peers = usePeers();
  const { contains } = useFilter({ sensitivity: 'base' });
  const commands = COMMANDS.filter(({ id, reach }) => reach === 'app' && id !== 'palette');
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => !isOpen && openDialog(null)}
      className="fixed inset-0 z-40 flex items-start justify-center bg-[rgb(10_25_40/0.4)] p-4 medium:pt-[15vh]"
    >
      <Modal className="flex max-h-[60vh] w-full max-w-[560px] flex-col overflow-hidden rounded-dialog bg-raised shadow-floating">
        <Dialog aria-label={t('app.palette')} className="flex min-h-0 flex-1 flex-col">
          <Autocomplete filter={contains}>
            <SearchField
              aria-label={t('app.paletteFind')}
              autoFocus
              className="relative shrink-0 border-b border-line"
            >
              <Search
                size={16}
                strokeWidth={1.75}
                aria-hidden
                className="absolute top-1/2 left-4 -translate-y-1/2 text-text-2"
              />
              <Input
                placeholder={t('app.paletteFind')}
                className="h-12 w-full bg-transparent pr-4 pl-11 text-16 outline-none placeholder:text-text-3 [&::-webkit-search-cancel-button]:hidden"
              />
            </SearchField>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto -outline-offset-2">
              <Menu
                aria-label={t('app.palette')}
                className="p-1 outline-none"
                renderEmptyState={() => <p className="px-3 py-4 text-text-2">{t('app.paletteEmpty')}</p>}
              >
                {[
                  ...commands.map(({ id, keys }) => (
                    <MenuItem
                      key={id}
                      id={id}
                      textValue={t(commandLabelKey(id))}
                      onAction={() => {
                        openDialog(null);
                        runCommand(id, app, pick);
                      }}
                      className={ITEM}
                    >
                      <span className="min-w-0 flex-1 truncate">{t(commandLabelKey(id))}</span>
                      {keys !== null && <KeysText keys={keys} />}
                    </MenuItem>
                  )),
                  ...peers.map((peer) => (
                    <MenuItem
                      key={peer.shortId}
                      id={`peer:${peer.shortId}`}
                      textValue={escapeText(peer.name)}
                      onAction={() => {
                        openDialog(null);
                        choosePeer(peer);
                      }}
                      className={ITEM}
                    >
                      <DeviceKindIcon kind={peer.kind} className="text-text-2" />
                      <NameText name={peer.name} className="flex-1" />
                    </MenuItem>
                  )),
                ]}
              </Menu>
            </div>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
