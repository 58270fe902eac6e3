import { COMMANDS, commandLabelKey } from '../../shared/commands.ts';
import { useTranslate } from '../i18n/translate.ts';
import { openDialog } from '../store/view-store.ts';
import { Modal } from '../ui/modal.tsx';
import { KeysText } from './keys-text.tsx';

const GROUPS = [
  { reach: 'app', title: 'app.shortcutsAnywhere' },
  { reach: 'focus', title: 'app.shortcutsFocus' },
] as const;

/** Every key there is, from the one table of commands. */
export function Shortcuts() {
  const t = useTranslate();
  return (
    <Modal title={t('app.shortcuts')} isOpen onClose={() => openDialog(null)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div tabIndex={0} className="flex flex-col gap-5 outline-offset-4">
        {GROUPS.map(({ reach, title }) => (
          <section key={reach}>
            <h3 className="pb-1 text-13 font-medium text-text-2">{t(title)}</h3>
            <dl>
              {COMMANDS.filter((command) => command.reach === reach && command.keys !== null).map(
                ({ id, keys }) => (
                  <div
                    key={id}
                    className="flex min-h-8 items-center gap-4 border-b border-line last:border-b-0"
                  >
                    <dt className="min-w-0 flex-1">{t(commandLabelKey(id))}</dt>
                    <dd>
                      <KeysText keys={keys ?? ''} />
                    </dd>
                  </div>
                ),
              )}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
