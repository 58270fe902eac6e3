import type { JobView } from '../../shared/job.ts';
import type { Translate } from '../i18n/translate.ts';

/** The name that stands for a selection; it still has to be shown by NameText or {@link isolate}. */
export function titleOf(names: readonly string[], t: Translate): string {
  return names[0] ?? t('transfers.noName');
}

/** How many more names a selection has beside its title. */
export function moreOf(names: readonly string[]): number {
  return Math.max(0, names.length - 1);
}

/** Last part of a path of either kind of system. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}

/** Name of a job's peer; the catalogue's word where it is not known yet. */
export function peerNameOf(job: Pick<JobView, 'peer'>, t: Translate): string {
  return job.peer?.name ?? t('transfers.anyDevice');
}
