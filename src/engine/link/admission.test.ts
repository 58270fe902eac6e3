import { expect, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { controlMessage, type LinkMessage } from '../wire/control-messages.ts';
import { ADMISSION, isAdmitted, type LinkState } from './admission.ts';

const OWN = 'aa'.repeat(16) as JobId;
const FOREIGN = 'bb'.repeat(16) as JobId;
const STATES: readonly LinkState[] = ['guest', 'admitted', 'paired'];

/** Written out again on purpose: what each state may receive, as the security document says it. */
const PAIRING = [
  'pair-commit',
  'pair-nonce',
  'pair-reveal',
  'pair-confirmed',
  'join',
  'joined',
  'redeem',
  'refused',
];
const OF_A_JOB = [
  'job-update',
  'job-ended',
  'job-ended-ack',
  'job-cancel',
  'job-pause',
  'job-resume',
  'job-reorder',
  'job-query',
  'job-unknown',
  'dial-me',
];

function message(kind: string, job: JobId): LinkMessage {
  return { kind, job } as unknown as LinkMessage;
}

function expected(kind: string, state: LinkState, job: JobId, openRedeems: number): boolean {
  if (PAIRING.includes(kind)) return true;
  if (kind === 'redeemed') return openRedeems > 0;
  if (state === 'paired') return true;
  return state === 'admitted' && OF_A_JOB.includes(kind) && job === OWN;
}

const kinds = controlMessage.options
  .map((option) => option.shape.kind.value)
  .filter((kind) => kind !== 'ping' && kind !== 'pong');

test('the table knows every message there is', () => {
  expect(Object.keys(ADMISSION).sort()).toEqual([...kinds].sort());
});

test.each(kinds.flatMap((kind) => STATES.map((state) => [kind, state] as const)))(
  '%s while %s',
  (kind, state) => {
    const admittedJobs = new Set(state === 'admitted' ? [OWN] : []);
    for (const job of [OWN, FOREIGN]) {
      for (const openRedeems of [0, 1]) {
        expect(isAdmitted(message(kind, job), { state, admittedJobs, openRedeems })).toBe(
          expected(kind, state, job, openRedeems),
        );
      }
    }
  },
);
