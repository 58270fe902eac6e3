import type { JobBetween, JobDevice, JobView } from '../../shared/job.ts';

/** Where the content of a job comes from and goes to, by name. */
export interface JobEnds {
  readonly source: string;
  readonly destination: string;
}

/** The devices of a job: `here` is the name of this one, `there` of the other one. */
export function endsOf(
  { role, between }: Pick<JobView, 'role' | 'between'>,
  here: string,
  there: string,
): JobEnds {
  if (between === null) {
    return role === 'source' ? { source: here, destination: there } : { source: there, destination: here };
  }
  return {
    source: between.source?.name ?? here,
    destination: between.destination?.name ?? here,
  };
}

function isSame(one: JobDevice | null, other: JobDevice | null): boolean {
  return one?.id === other?.id;
}

/** Whether source and destination are one device: nothing crosses the network. */
export function isWithinOne(between: JobBetween | null): boolean {
  return between !== null && isSame(between.source, between.destination);
}

/** Whether the bytes of a job go through this device's network. */
export function passesHere({ role, between }: Pick<JobView, 'role' | 'between'>): boolean {
  return role !== 'orderer' && !isWithinOne(between);
}

/** Who a failure is about: an order names the device that said no; otherwise it is the other one. */
export function blamedOf({ between, result }: Pick<JobView, 'between' | 'result'>, there: string): string {
  const subject = result?.failure?.subject ?? '';
  const names = [between?.source?.name, between?.destination?.name];
  return (
    names.find((name) => name !== undefined && (subject === name || subject.startsWith(`${name}:`))) ?? there
  );
}

/** Who had it copied, where that is another device than this; null: this one, or nobody but who sends. */
export function ordererOf({ between }: Pick<JobView, 'between'>): JobDevice | null {
  return between?.orderedBy ?? null;
}
