import type { PeerView } from '../../../shared/device.ts';
import type { JobView, Problem } from '../../../shared/job.ts';
import type { EngineState } from '../../store/engine-store.ts';

/** Transfers that are told of, the newest first. */
const MAX_JOBS = 20;
/** As the command line shows it: the other device has the same. */
const SHORT_ID = 8;

/** What the page knows of where it runs. */
export interface ReportPlace {
  readonly host: 'desktop' | 'browser';
  readonly userAgent: string;
  readonly nowMs: number;
}

/** What went wrong with entries, without saying which: `no-permission EACCES: 3`. */
function problemLines(problems: readonly Problem[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { code, reason } of problems) {
    // Only names of system errors: other reasons may hold names of files.
    const why = reason !== undefined && /^E[A-Z0-9]{2,15}$/.test(reason) ? `${code} ${reason}` : code;
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return [...counts].map(([why, count]) => `  problem ${why}: ${count}`);
}

function wayOf({ path, online }: PeerView): string {
  if (!online) return 'offline';
  if (path === null) return 'online, way not known';
  const speed = path.megabitsPerSecond === null ? '' : ` ${path.megabitsPerSecond} Mbit/s`;
  return `online by ${path.kind}${speed}${path.caution === null ? '' : `, ${path.caution}`}`;
}

function jobLines(job: JobView, letterOf: (id: string) => string): readonly string[] {
  const { progress, result, waitingDetail } = job;
  const facts = [
    `${job.job.slice(0, SHORT_ID)}: ${job.role}`,
    job.peer === null ? 'no device' : `with ${letterOf(job.peer.id)}`,
    job.waitingFor === null ? job.state : `${job.state} for ${job.waitingFor}`,
    job.pausedBy === null ? '' : `paused ${job.pausedBy}`,
    job.cancelledBy === null ? '' : `cancelled ${job.cancelledBy}`,
    waitingDetail === null ? '' : `because of ${waitingDetail.why.code}`,
    result?.failure ? `failure ${result.failure.code}` : '',
    `since ${new Date(job.sinceMs).toISOString()}`,
  ];
  const amounts = [
    `files ${progress.files}/${progress.totalFiles}`,
    `bytes ${Math.round(progress.bytes)}/${progress.totalBytes}${progress.complete ? '' : ' (listing)'}`,
    `network bytes ${progress.wireBytes}`,
    `average bytes/s ${Math.round(progress.averageBytesPerSecond)}`,
    `connections ${result?.streams ?? progress.streams}`,
    `limit ${progress.limitedBy}`,
  ];
  const ended =
    result === null ? [] : [`  problems ${result.problemCount}, seconds ${result.seconds.toFixed(1)}`];
  return [facts.filter(Boolean).join(', '), `  ${amounts.join(', ')}`, ...ended];
}

/**
 * What happened here, to be given to somebody who helps: no names of files, folders, devices or people, no
 * addresses, no ids but the beginnings of those of transfers. English in every language, so that anybody can read it.
 */
export function reportText(
  { device, settings, peers, jobs }: EngineState,
  { host, userAgent, nowMs }: ReportPlace,
  focus: { readonly job: string; readonly problems: readonly Problem[] } | null,
): string {
  const known = Object.values(peers);
  const letters = new Map<string, string>();
  const letterOf = (id: string): string => {
    const letter = letters.get(id) ?? `device ${letters.size + 1}`;
    letters.set(id, letter);
    return letter;
  };
  const newest = Object.values(jobs).sort((one, other) => other.createdMs - one.createdMs);
  const first = newest.filter(({ job }) => job === focus?.job);
  const shown = [...first, ...newest.filter(({ job }) => job !== focus?.job)].slice(0, MAX_JOBS);
  const lines = [
    'ferry report',
    `made: ${new Date(nowMs).toISOString()}`,
    `app: ${host}, ${userAgent}`,
    `this device: ${device.kind}, network ${device.network}, ${device.addresses.length} addresses, visible to ${settings.visibility}`,
    `settings: accept ${settings.accept}, limit ${settings.limitBytesPerSecond ?? 'none'}, gentle ${settings.gentleBytesPerSecond ?? 'no'}, streams ${settings.streams}`,
    `inbox free bytes: ${device.inboxFreeBytes ?? 'unknown'}`,
    '',
    `devices: ${known.length}`,
    ...known.map((peer) => {
      const trust = peer.paired ? `paired as ${peer.trust}` : 'not paired';
      const alarm = peer.keyChanged ? ', key changed' : '';
      return `${letterOf(peer.id ?? peer.shortId)}: ${peer.kind}, ${trust}, ${wayOf(peer)}${alarm}`;
    }),
    '',
    `transfers: ${newest.length}`,
    ...shown.flatMap((job) => [
      ...jobLines(job, letterOf),
      ...(job.job === focus?.job ? problemLines(focus.problems) : []),
    ]),
    '',
  ];
  return lines.join('\n');
}
