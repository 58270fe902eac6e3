import type { HostNote } from '../../../shared/host-api.ts';
import type { JobView, OfferView } from '../../../shared/job.ts';
import { isolate, plainText } from '../../format/isolate.ts';
import { titleOf } from '../../format/names.ts';
import { bytesText } from '../../format/numbers.ts';
import { currentLanguage, translate } from '../../i18n/translate.ts';
import { act } from '../../store/act.ts';
import type { AppContext } from '../../store/app-context.ts';
import { JOB_NOTE, REQUEST_NOTE } from '../../store/note-ids.ts';
import { viewStore } from '../../store/view-store.ts';

/** A copy shorter than this was watched, or needs no word. */
export const WORTH_A_NOTE_MS = 10_000;

export function requestNoteId(job: string): string {
  return `${REQUEST_NOTE}${job}`;
}

function nameOf(names: readonly string[]): string {
  return isolate(titleOf(names, translate));
}

/** What a request is about: `3.20 GB: Trip 2026`. */
export function requestSentence(offer: OfferView): string {
  const what = `${bytesText(offer.bytes, currentLanguage())} (${nameOf(offer.names)})`;
  return translate('announce.request', { device: isolate(offer.peer.name), what });
}

export function requestNote(offer: OfferView): HostNote {
  return {
    id: requestNoteId(offer.job),
    title: plainText(
      translate('requests.wants', { count: offer.files, n: offer.files, device: isolate(offer.peer.name) }),
    ),
    body: plainText(`${bytesText(offer.bytes, currentLanguage())} · ${nameOf(offer.names)}`),
    actions: [
      { id: 'accept', label: translate('requests.accept') },
      { id: 'decline', label: translate('requests.decline') },
    ],
  };
}

/** The first time that a device has something copied here. */
export function orderNote(job: JobView, device: string): HostNote {
  return {
    id: `${JOB_NOTE}${job.job}`,
    title: plainText(translate('orders.note', { device: isolate(device) })),
    body: plainText(nameOf(job.names)),
    actions: [],
  };
}

/** One quiet word at the end of a job, or when it needs a person. */
export function jobNote(job: JobView, kind: 'done' | 'needs-you', status: string): HostNote {
  const name = plainText(nameOf(job.names));
  return {
    id: `${JOB_NOTE}${job.job}`,
    title: translate(kind === 'done' ? 'note.done' : 'note.needsYou', { name }),
    body: plainText(status),
    actions: [],
  };
}

/** What was done with a notification of this feature: its answer is given, or its job is opened. */
export function notePressed({ engine }: AppContext, note: string, action: string | null): void {
  if (note.startsWith(JOB_NOTE)) {
    viewStore.setState({ view: 'transfers', selectedJob: note.slice(JOB_NOTE.length), selectedPeer: null });
    return;
  }
  if (!note.startsWith(REQUEST_NOTE)) return;
  const job = note.slice(REQUEST_NOTE.length);
  viewStore.setState({ view: 'transfers' });
  if (action === 'accept') {
    void act(engine, job, 'offers.accept', { job, into: null, always: null, onConflict: null });
  } else if (action === 'decline') void act(engine, job, 'offers.decline', { job });
}
