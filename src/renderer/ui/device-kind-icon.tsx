import { Laptop, type LucideIcon, Monitor, Server } from 'lucide-react';
import type { DeviceKind } from '../../shared/device.ts';

const ICONS: Readonly<Record<DeviceKind, LucideIcon>> = {
  desktop: Monitor,
  laptop: Laptop,
  server: Server,
};

/** What kind of machine it is. */
export function DeviceKindIcon({
  kind,
  className,
}: {
  readonly kind: DeviceKind;
  readonly className?: string;
}) {
  const Icon = ICONS[kind];
  return <Icon size={20} strokeWidth={1.75} aria-hidden className={`shrink-0 ${className ?? ''}`} />;
}
