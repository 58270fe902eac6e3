import { ENDED_STATES, type JobView } from '../../shared/job.ts';

/** A job as a database has it that no engine drives: whatever it did last, it does not do it now. */
export function toUnattended(view: JobView): JobView {
  if (ENDED_STATES.has(view.state)) return view;
  const { state, waitingFor, progress } = view;
  const still = {
    ...progress,
    bytesPerSecond: 0,
    limitedBy: 'unknown',
    secondsLeft: null,
    streams: 0,
    streamSpeeds: [],
  } as const;
  return { ...view, state: 'waiting', waitingFor: state === 'waiting' ? waitingFor : null, progress: still };
}
