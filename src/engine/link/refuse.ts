import type { Failure } from '../../shared/failure.ts';
import type { Link } from './link.ts';

/** Tells the peer why its last request is refused, then ends the link. */
export function refuse(link: Link, failure: Failure): void {
  link.tell({ kind: 'refused', code: failure.code });
  link.close(failure);
}
