import type { Scenario } from '../scenario.ts';

export const memory: Scenario = {
  name: 'memory',
  describes: 'from memory to memory: `ferry bench`, encrypted, against one stream of iperf3',
  create: (folder) => ({ source: folder, bytes: 0, files: 0 }),
  rivals: ['iperf3', 'ferry-bench'],
  link: 'loopback',
  memoryGib: 1,
  floors: { iperf3: 0.85 },
};
