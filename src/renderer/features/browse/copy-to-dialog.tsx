import { HardDrive } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import type { CopyPlace } from '../../../shared/browse.ts';
import { isolate } from '../../format/isolate.ts';
import { countText } from '../../format/numbers.ts';
import { topOf } from '../../format/places.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useRefusal } from '../../store/act.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { COPY, copyInto } from '../../store/copy-order.ts';
import { peerRefOf } from '../../store/peer-ref.ts';
import { openDialog, viewStore } from '../../store/view-store.ts';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Modal } from '../../ui/modal.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { useListing } from './use-listing.ts';

export interface CopyToDialogProps {
  /** Short id. */
  readonly peer: string;
  readonly from: readonly CopyPlace[];
}

/** Which shared folder of a device something goes to that is not sent from here. */
export function CopyToDialog({ peer: shortId, from }: CopyToDialogProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const app = useApp();
  const peer = useEngine((state) => state.peers[shortId] ?? null);
  const refusal = useRefusal(COPY);
  const { listing, reload } = useListing(peer === null ? null : topOf(peerRefOf(peer)), 0);
  const [share, setShare] = useState<string | null>(null);
  const shares = listing?.entries ?? [];
  const [first] = shares;
  useEffect(() => {
    if (share === null && first !== undefined) setShare(first.name);
  }, [share, first]);
  const close = () => openDialog(null);
  if (peer === null) return null;
  const chosen = shares.find(({ name }) => name === share);
  const copy = async () => {
    if (chosen === undefined) return;
    const job = await copyInto(app, from, chosen.place);
    if (job === null) return;
    close();
    viewStore.setState({ view: 'transfers', selectedJob: job.job, selectedPeer: null });
  };
  const count = { count: from.length, n: countText(from.length, locale), device: isolate(peer.name) };
  const failure = refusal ?? listing?.failure ?? null;
  return (
    <Modal title={<Phrase text={t('browse.copyToTitle', count)} />} isOpen onClose={close}>
      <div className="flex flex-col gap-4">
        {listing === null && <p className="text-text-2">{t('browse.opening')}</p>}
        {listing !== null && listing.failure === null && shares.length === 0 && (
          <p className="text-text-2">
            <Phrase text={t('browse.noShares', { device: isolate(peer.name) })} />
          </p>
        )}
        {shares.length > 0 && (
          <RadioGroup value={share} onChange={setShare} className="flex flex-col gap-1">
            <Label className="pb-1 text-13 font-medium text-text-2">{t('browse.intoShare')}</Label>
            {shares.map(({ name }) => (
              <Radio
                key={name}
                value={name}
                className="group flex min-h-10 min-w-0 cursor-default items-center gap-3 rounded-control px-2 data-hovered:bg-sunken"
              >
                <span
                  aria-hidden
                  className="flex size-4 shrink-0 items-center justify-center rounded-full border border-edge group-data-selected:border-[5px] group-data-selected:border-accent"
                />
                <HardDrive size={16} strokeWidth={1.75} aria-hidden className="shrink-0 text-accent" />
                <NameText name={name} />
              </Radio>
            ))}
          </RadioGroup>
        )}
        {failure !== null && (
          <p role="alert" className="text-13 text-bad">
            <FailureText failure={failure} device={peer.name} />
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onPress={close}>{t('common.cancel')}</Button>
          {listing?.failure ? (
            <Button onPress={reload}>{t('common.tryAgain')}</Button>
          ) : (
            <Button kind="primary" isDisabled={chosen === undefined} onPress={() => void copy()}>
              {t('browse.copy')}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}
