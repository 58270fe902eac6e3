import type { ReactNode } from 'react';
import type { PeerView } from '../../../shared/device.ts';
import { escapeText } from '../../../shared/escape.ts';
import { fingerprintGroups } from '../../format/fingerprint.ts';
import { whenText } from '../../format/numbers.ts';
import { pathPhrase } from '../../format/peer-phrase.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { Fingerprint } from '../../ui/fingerprint.tsx';
import { useNow } from '../../ui/use-now.ts';
import { PageSection } from './page-section.tsx';

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] gap-3 py-0.5">
      <dt className="text-text-2">{name}</dt>
      <dd className="min-w-0 break-words select-text">{children}</dd>
    </div>
  );
}

/** How it is reached, and since when it is known. */
export function ConnectionSection({ peer }: { readonly peer: PeerView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const nowMs = useNow();
  const { path } = peer;
  return (
    <PageSection title={t('devices.connection')}>
      <dl>
        {path !== null && (
          <Fact name={t('devices.reached')}>
            {t('devices.interface', {
              path: pathPhrase(t, path, locale),
              interface: escapeText(path.interface),
            })}
          </Fact>
        )}
        <Fact name={t('devices.addresses')}>
          {peer.addresses.length === 0
            ? t('common.unknown')
            : peer.addresses.map((address) => (
                <span key={address} className="block break-all">
                  {escapeText(address)}
                </span>
              ))}
        </Fact>
        <Fact name={t('devices.seen')}>
          {peer.online && t('devices.seenNow')}
          {!peer.online &&
            (peer.lastSeenMs === null ? t('devices.neverSeen') : whenText(peer.lastSeenMs, nowMs, locale))}
        </Fact>
        {peer.pairedMs !== null && (
          <Fact name={t('devices.since')}>
            {new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(peer.pairedMs)}
          </Fact>
        )}
      </dl>
    </PageSection>
  );
}

/** The mark of its key, to be compared. */
export function FingerprintSection({ peer }: { readonly peer: PeerView }) {
  const t = useTranslate();
  return (
    <PageSection title={t('devices.fingerprint')}>
      {peer.id === null ? (
        <p className="text-text-2">{t('devices.fingerprintUnknown')}</p>
      ) : (
        <>
          <Fingerprint groups={fingerprintGroups(peer.id)} />
          <p className="text-13 text-text-2">{t('devices.fingerprintHow')}</p>
        </>
      )}
    </PageSection>
  );
}
