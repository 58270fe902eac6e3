import { ENDED_STATES, type JobView } from '../../shared/job.ts';
import type { JobFilter } from './view-store.ts';

export const JOB_FILTERS: readonly JobFilter[] = ['all', 'active', 'needs-you', 'waiting', 'finished'];

/** Whether a person has to do something before this goes on or is settled. */
export function needsPerson(job: JobView): boolean {
  if (job.state === 'partial') return true;
  if (job.state === 'failed') return job.result?.failure?.code !== 'cancelled';
  if (job.state === 'waiting' && (job.waitingFor === 'page' || job.heldBy !== null)) return true;
  return job.question !== null && job.role !== 'source' && !ENDED_STATES.has(job.state);
}

/** Whether a job belongs under `filter`. Waiting is what continues by itself; what a person paused is active. */
export function isUnder(job: JobView, filter: JobFilter): boolean {
  const isEnded = ENDED_STATES.has(job.state);
  switch (filter) {
    case 'all':
      return true;
    case 'needs-you':
      return needsPerson(job);
    case 'finished':
      return isEnded;
    case 'waiting':
      return (
        job.state === 'waiting' &&
        (job.waitingFor === 'peer' ||
          job.waitingFor === 'space' ||
          job.waitingFor === 'disk' ||
          job.waitingFor === 'approval')
      );
    case 'active':
      return !isEnded && !isUnder(job, 'waiting');
  }
}

function matches(job: JobView, search: string): boolean {
  if (search === '') return true;
  const wanted = search.toLocaleLowerCase();
  const { between, peer } = job;
  const devices = [peer, between?.source, between?.destination, between?.orderedBy];
  const places = [...devices.map((device) => device?.name ?? ''), job.into ?? ''];
  return [...job.names, ...places].some((name) => name.toLocaleLowerCase().includes(wanted));
}

/** Moving and waiting first, then the queue, then what has ended. */
function rankOf(job: JobView): number {
  if (ENDED_STATES.has(job.state)) return 2;
  return job.queuePlace === null ? 0 : 1;
}

function compareJobs(one: JobView, other: JobView): number {
  return (
    rankOf(one) - rankOf(other) ||
    (one.queuePlace ?? 0) - (other.queuePlace ?? 0) ||
    other.createdMs - one.createdMs ||
    (one.job < other.job ? -1 : 1)
  );
}

/** Row of several jobs made by one order; `g:` and the group's id. Other rows are ids of jobs. */
export const GROUP_PREFIX = 'g:';

export interface JobList {
  /** Keys of rows, from the top. */
  readonly rows: readonly string[];
  readonly counts: Readonly<Record<JobFilter, number>>;
}

export interface ListChoice {
  readonly filter: JobFilter;
  readonly search: string;
  /** Groups whose members are not shown. */
  readonly folded: ReadonlySet<string>;
  /** Jobs that are being taken off the list. */
  readonly leaving: readonly string[];
}

/** The rows of the list: by queue, then newest; jobs of one order stand together below their group's row. */
export function jobList(jobs: Readonly<Record<string, JobView>>, choice: ListChoice): JobList {
  const counts: Record<JobFilter, number> = {
    all: 0,
    active: 0,
    'needs-you': 0,
    waiting: 0,
    finished: 0,
  };
  const shown: JobView[] = [];
  for (const job of Object.values(jobs)) {
    if (choice.leaving.includes(job.job)) continue;
    for (const filter of JOB_FILTERS) if (isUnder(job, filter)) counts[filter] += 1;
    if (isUnder(job, choice.filter) && matches(job, choice.search)) shown.push(job);
  }
  shown.sort(compareJobs);
  const groups = Map.groupBy(shown, (job) => job.group);
  const rows: string[] = [];
  for (const [group, members] of groups) {
    if (members.length > 1) {
      rows.push(`${GROUP_PREFIX}${group}`);
      if (choice.folded.has(group)) continue;
    }
    for (const member of members) rows.push(member.job);
  }
  return { rows, counts };
}

/** Jobs that wait in the same queue as `job`, first one first. */
export function queueOf(jobs: Readonly<Record<string, JobView>>, job: JobView): readonly JobView[] {
  const queue = (of: JobView) => (of.role === 'source' ? (of.peer?.id ?? '') : 'here');
  return Object.values(jobs)
    .filter((other) => other.queuePlace !== null && queue(other) === queue(job))
    .sort((one, other) => (one.queuePlace ?? 0) - (other.queuePlace ?? 0));
}

/** What `jobs.reorder` wants as `before` to move `job` by one; undefined where it cannot go. */
export function neighbourFor(
  queue: readonly JobView[],
  job: string,
  direction: 'up' | 'down',
): string | null | undefined {
  const index = queue.findIndex((other) => other.job === job);
  if (index < 0) return undefined;
  if (direction === 'up') return queue[index - 1]?.job;
  return index + 1 >= queue.length ? undefined : (queue[index + 2]?.job ?? null);
}
