import { escapeText } from '../shared/escape.ts';
import { formatBytes } from '../shared/format.ts';
import type { OfferView } from '../shared/job.ts';
import { plural } from './plural.ts';
import { shortJob } from './short-job.ts';

/** An offer for a person, with what to type to answer it. */
export function offerText(offer: OfferView): string {
  const names = offer.names.map(escapeText).join(', ');
  const atLeast = offer.complete ? '' : 'at least ';
  const size = `${atLeast}${plural(offer.files, 'file', 'files')}, ${formatBytes(offer.bytes)}`;
  const job = shortJob(offer.job);
  return `${escapeText(offer.peer.name)} offers ${names} (${size}): \`ferry accept ${job}\` or \`ferry decline ${job}\``;
}
