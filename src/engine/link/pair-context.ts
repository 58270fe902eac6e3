import type { DeviceId } from '../../shared/ids.ts';
import { EXPORTER_LABEL, exporterContext, type PairContext } from '../identity/short-code.ts';
import type { Link } from './link.ts';

/** What ties a pairing or a proof to this connection, as seen by the side that started it or by the other. */
export function pairContext(link: Link, ownId: DeviceId, role: 'initiator' | 'responder'): PairContext {
  const [initiator, responder] = role === 'initiator' ? [ownId, link.peerId] : [link.peerId, ownId];
  const keyingMaterial = link.exportKey(EXPORTER_LABEL, exporterContext(initiator, responder));
  return { initiator, responder, keyingMaterial };
}
