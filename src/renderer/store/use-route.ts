import type { JobDevice, JobView } from '../../shared/job.ts';
import { isWithinOne, ordererOf } from '../format/job-ends.ts';
import type { Route } from '../ui/job-route.tsx';
import { useEngine } from './app-context.ts';
import { usePeerName } from './use-status.ts';

/** A device as this one calls it now; null for null. */
function useDeviceName(device: JobDevice | null): string | null {
  return useEngine((state) => {
    if (device === null) return null;
    return Object.values(state.peers).find(({ id }) => id === device.id)?.name ?? device.name;
  });
}

/** Where a job comes from and goes to, by the names devices have here. */
export function useRoute(job: JobView): Route {
  const { between, role } = job;
  const peer = usePeerName(job);
  const here = useEngine((state) => state.device.name);
  const from = useDeviceName(between?.source ?? null);
  const to = useDeviceName(between?.destination ?? null);
  if (isWithinOne(between)) return { from, to, within: from ?? here };
  if (between !== null) return { from, to, within: null };
  return role === 'source' ? { from: null, to: peer, within: null } : { from: peer, to: null, within: null };
}

/** Who else had this copied, by the name it has here; null: nobody else. */
export function useOrdererName(job: JobView): string | null {
  return useDeviceName(ordererOf(job));
}
