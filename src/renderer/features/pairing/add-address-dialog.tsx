import { useState } from 'react';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { openDialog, viewStore } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Note } from '../../ui/note.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useCall } from '../../ui/use-call.ts';

/** For a device that the network doesn't show: typed, looked at, and then paired or opened. */
export function AddAddressDialog({ given }: { readonly given: string }) {
  const t = useTranslate();
  const { engine } = useApp();
  const [address, setAddress] = useState(given);
  const { run, isBusy, failure } = useCall();

  function add(): void {
    if (address.trim() === '') return;
    void run(async (signal) => {
      const peer = await engine.call('peers.add', { address: address.trim() }, signal);
      openDialog(peer.paired ? null : { kind: 'pair', shortId: peer.shortId });
      if (peer.paired) viewStore.setState({ selectedPeer: peer.shortId, selectedJob: null });
    });
  }

  return (
    <Modal title={t('pairing.addressTitle')} isOpen onClose={() => openDialog(null)}>
      <div className="flex flex-col gap-4">
        <TextField
          label={t('pairing.inviteAddress')}
          value={address}
          onChange={setAddress}
          placeholder={t('pairing.addressExample')}
          description={t('pairing.addressHow')}
          autoFocus
          onEnter={add}
        />
        {failure !== null && (
          <Note
            tone="bad"
            role="alert"
            actions={
              <Button onPress={() => openDialog({ kind: 'doctor', target: address.trim() })}>
                {t('common.checkWhy')}
              </Button>
            }
          >
            <FailureText failure={failure} device={address.trim()} />
          </Note>
        )}
        <div className="flex justify-end">
          <Button kind="primary" isDisabled={address.trim() === '' || isBusy} onPress={add}>
            {t('pairing.add')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
