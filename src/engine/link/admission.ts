import type { JobId } from '../../shared/ids.ts';
import type { LinkMessage } from '../wire/control-messages.ts';

/**
 * What a link may carry, by who is at its other end. An unpaired device can do three things: pair, present a
 * one-time code, and drive the jobs that a code or a live grant admitted it to. Everything else ends the link.
 */

/** `guest`: unpaired, nothing admitted. `admitted`: unpaired, with jobs of its own. `paired`: its key is pinned here. */
export type LinkState = 'guest' | 'admitted' | 'paired';

/**
 * `take`: allowed. `refuse`: ends the link. `own-job`: allowed for the jobs the link is admitted to. `asked`:
 * allowed once for each `redeem` sent on this link.
 */
export type Verdict = 'take' | 'refuse' | 'own-job' | 'asked';

const ALWAYS = { guest: 'take', admitted: 'take', paired: 'take' } as const;
const PAIRED_ONLY = { guest: 'refuse', admitted: 'refuse', paired: 'take' } as const;
const OWN_JOB = { guest: 'refuse', admitted: 'own-job', paired: 'take' } as const;
const ASKED = { guest: 'asked', admitted: 'asked', paired: 'asked' } as const;

/** Received message × state of the link. Which order messages come in is judged by pairing, invites and jobs. */
export const ADMISSION: Readonly<Record<LinkMessage['kind'], Readonly<Record<LinkState, Verdict>>>> = {
  'pair-commit': ALWAYS,
  'pair-nonce': ALWAYS,
  'pair-reveal': ALWAYS,
  'pair-confirmed': ALWAYS,
  join: ALWAYS,
  joined: ALWAYS,
  redeem: ALWAYS,
  redeemed: ASKED,
  refused: ALWAYS,
  offer: PAIRED_ONLY,
  'offer-answer': PAIRED_ONLY,
  'job-update': OWN_JOB,
  'job-ended': OWN_JOB,
  'job-ended-ack': OWN_JOB,
  'job-cancel': OWN_JOB,
  'job-pause': OWN_JOB,
  'job-resume': OWN_JOB,
  'job-reorder': OWN_JOB,
  'job-query': OWN_JOB,
  'job-verify': PAIRED_ONLY,
  'job-verification': PAIRED_ONLY,
  'job-again': PAIRED_ONLY,
  'job-again-refused': PAIRED_ONLY,
  'job-unknown': OWN_JOB,
  'dial-me': OWN_JOB,
  grant: PAIRED_ONLY,
  granted: PAIRED_ONLY,
  'grant-refused': PAIRED_ONLY,
  browse: PAIRED_ONLY,
  browsed: PAIRED_ONLY,
  'browse-refused': PAIRED_ONLY,
  measure: PAIRED_ONLY,
  'measure-ready': PAIRED_ONLY,
  'measure-refused': PAIRED_ONLY,
  'measure-end': PAIRED_ONLY,
};

/** What of a link the table is asked with. */
export interface Admission {
  readonly state: LinkState;
  readonly admittedJobs: ReadonlySet<JobId>;
  /** Codes presented on this link that are not answered yet. */
  readonly openRedeems: number;
}

/** Whether `message` may be received now. */
export function isAdmitted(message: LinkMessage, admission: Admission): boolean {
  const verdict = ADMISSION[message.kind][admission.state];
  if (verdict === 'take') return true;
  if (verdict === 'asked') return admission.openRedeems > 0;
  if (verdict === 'refuse' || !('job' in message)) return false;
  return admission.admittedJobs.has(message.job);
}
