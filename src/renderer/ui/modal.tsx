import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Modal as AriaModal, Dialog, Heading, ModalOverlay } from 'react-aria-components';
import { useTranslate } from '../i18n/translate.ts';
import { IconButton } from './icon-button.tsx';

/** The second press of a double click is meant for what was there before. */
const DOUBLE_PRESS_MS = 500;

export interface ModalProps {
  /** Text, or a phrase with a name in it. */
  readonly title: ReactNode;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** `alertdialog` for what must be answered. */
  readonly role?: 'dialog' | 'alertdialog';
}

/** A question over the screen; full height below 720 px. Esc and the backdrop close it. */
export function Modal({ title, isOpen, onClose, children, role = 'dialog' }: ModalProps) {
  const t = useTranslate();
  const [openedMs] = useState(() => performance.now());
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={role === 'dialog'}
      shouldCloseOnInteractOutside={() => performance.now() - openedMs > DOUBLE_PRESS_MS}
      className="fixed inset-0 z-40 flex items-end justify-center bg-[rgb(10_25_40/0.4)] medium:items-center medium:p-6"
    >
      <AriaModal className="flex h-full w-full flex-col bg-raised shadow-floating medium:h-auto medium:max-w-[520px] medium:max-h-full medium:rounded-dialog">
        <Dialog role={role} className="flex min-h-0 flex-1 flex-col outline-none">
          <div className="flex shrink-0 items-center gap-3 py-3 pr-3 pl-6">
            <Heading slot="title" className="min-w-0 flex-1 text-16 font-semibold wrap-anywhere">
              {title}
            </Heading>
            <IconButton icon={X} label={t('common.close')} onPress={onClose} />
          </div>
          <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-6 pb-6">{children}</div>
        </Dialog>
      </AriaModal>
    </ModalOverlay>
  );
}
