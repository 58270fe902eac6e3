import type { PeerPath, PeerView } from '../../shared/device.ts';
import type { Translate } from '../i18n/translate.ts';
import { whenText } from './numbers.ts';

const MEGABITS_PER_GIGABIT = 1_000;
const MINUTE_MS = 60_000;

function linkSpeed(t: Translate, megabits: number, locale: string): string {
  const inGigabits = megabits >= MEGABITS_PER_GIGABIT;
  const amount = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(
    inGigabits ? megabits / MEGABITS_PER_GIGABIT : megabits,
  );
  return t(inGigabits ? 'devices.gigabit' : 'devices.megabit', { amount });
}

/** `Cable, 2.5 Gbit`; only what the system told. */
export function pathPhrase(t: Translate, path: PeerPath, locale: string): string {
  const kind = t(`devices.path.${path.kind}`);
  if (path.megabitsPerSecond === null || path.kind === 'loopback') return kind;
  return t('devices.pathSpeed', { path: kind, speed: linkSpeed(t, path.megabitsPerSecond, locale) });
}

/** The second line of a device: how it is reached, or why not. */
export function peerLine(t: Translate, peer: PeerView, nowMs: number, locale: string): string {
  if (peer.keyChanged) return t('devices.keyChangedShort');
  if (!peer.online) {
    if (peer.lastSeenMs === null) return t('devices.offline');
    return nowMs - peer.lastSeenMs < MINUTE_MS
      ? t('devices.seenJustNow')
      : t('devices.lastSeen', { when: whenText(peer.lastSeenMs, nowMs, locale) });
  }
  if (!peer.paired) return t('devices.notPaired');
  return peer.path === null ? t('devices.online') : pathPhrase(t, peer.path, locale);
}
