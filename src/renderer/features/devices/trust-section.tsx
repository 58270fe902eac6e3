import type { PeerView } from '../../../shared/device.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp } from '../../store/app-context.ts';
import { peerRefOf } from '../../store/peer-ref.ts';
import { Checkbox } from '../../ui/checkbox.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { useCall } from '../../ui/use-call.ts';
import { PageSection } from './page-section.tsx';

/** Whether it is one's own device, and what that allows. */
export function TrustSection({ peer }: { readonly peer: PeerView }) {
  const t = useTranslate();
  const { engine } = useApp();
  const { run, failure } = useCall();
  const isMine = peer.trust === 'mine';
  return (
    <PageSection title={t('devices.trust')}>
      <Checkbox
        isSelected={isMine}
        onChange={(isTicked) => {
          void run(async (signal) => {
            const trust = isTicked ? 'mine' : 'other';
            await engine.call('peers.trust', { peer: peerRefOf(peer), trust }, signal);
          });
        }}
      >
        {t('devices.mine')}
        <span className="block text-13 text-text-2">
          {t(isMine ? 'devices.mineTold' : 'devices.otherTold')}
        </span>
      </Checkbox>
      {failure !== null && (
        <p className="text-13 text-bad">
          <FailureText failure={failure} device={peer.name} />
        </p>
      )}
    </PageSection>
  );
}
