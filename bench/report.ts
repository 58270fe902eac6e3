import type { Machine } from './machine.ts';
import { median, type Run } from './measure.ts';
import type { SelfMeasured } from './rival.ts';
import type { Scenario } from './scenario.ts';

export interface RivalResult {
  readonly rival: string;
  readonly runs: readonly Run[];
  /** By its engines when they ended; the worse of both ends. */
  readonly said: SelfMeasured | null;
}

export interface BenchResult {
  readonly scenario: string;
  readonly describes: string;
  readonly bytes: number;
  readonly files: number;
  readonly machine: Machine;
  readonly results: readonly RivalResult[];
}

const FERRY = 'ferry';
const BYTES_PER_GB = 1e9;

/** Median speed in bytes per second: rivals need not all have copied the same amount. */
function speedOf({ runs }: RivalResult): number {
  return median(runs.map(({ bytes, seconds }) => bytes / seconds));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function toRow({ rival, runs }: RivalResult): string {
  const seconds = runs.map((run) => run.seconds);
  const mib = (value: number): string => (value / 1024 ** 2).toFixed(0);
  const peak = (side: 'sender' | 'receiver'): string =>
    mib(Math.max(...runs.map((run) => run[side].peakRssBytes)));
  const cpu = (side: 'sender' | 'receiver'): string =>
    median(runs.map((run) => (run[side].cpuSeconds * BYTES_PER_GB) / run.movedBytes)).toFixed(2);
  return row([
    rival,
    median(seconds).toFixed(3),
    `${Math.min(...seconds).toFixed(3)} to ${Math.max(...seconds).toFixed(3)}`,
    (median(runs.map((run) => run.bytes / run.seconds)) / 1e6).toFixed(0),
    `${peak('sender')} / ${peak('receiver')}`,
    `${cpu('sender')} / ${cpu('receiver')}`,
  ]);
}

function toRatios(result: BenchResult, floors: Scenario['floors']): string[] {
  const ferry = result.results.find((one) => one.rival === FERRY);
  if (ferry === undefined) return [];
  return result.results
    .filter((one) => one.rival !== FERRY)
    .map((one) => {
      const ratio = speedOf(ferry) / speedOf(one);
      const floor = floors[one.rival];
      const verdict = floor === undefined ? '' : `, asked ${floor}: ${ratio >= floor ? 'met' : 'MISSED'}`;
      return `- Ferry is ${ratio.toFixed(2)} x the speed of ${one.rival}${verdict}`;
    });
}

/** Ferry's own figure, from the order taken until committed and synced: what is left is the command's start and end. */
function toOwnClock(ferry: RivalResult, others: readonly RivalResult[]): string[] {
  const own = ferry.runs.flatMap(({ bytes, jobSeconds }) =>
    jobSeconds === null ? [] : [bytes / jobSeconds],
  );
  const seconds = ferry.runs.map((run) => run.jobSeconds).filter((one) => one !== null);
  if (own.length === 0) return [];
  const ratios = others.map((one) => `${(median(own) / speedOf(one)).toFixed(2)} x ${one.rival}`);
  return [
    `- By its own clock, without the start of the command: ${[`${median(seconds).toFixed(3)} s`, ...ratios].join(', ')}`,
  ];
}

function toFirstByte({ runs }: RivalResult): string[] {
  const first = runs.map((run) => run.firstByteSeconds).filter((seconds) => seconds !== null);
  if (first.length === 0) return [];
  return [
    `- First content ${median(first).toFixed(2)} s after the start of the command (it is told at once)`,
  ];
}

function toPerFile(result: BenchResult, perFile: Scenario['perFile']): string[] {
  const cost = (name: string): number =>
    median(
      result.results.find((one) => one.rival === name)?.runs.map((run) => run.seconds / run.files) ?? [],
    );
  if (perFile === undefined) return [];
  const ratio = cost(FERRY) / cost(perFile.rival);
  const verdict = ratio <= perFile.most ? 'met' : 'MISSED';
  return [
    `- One file costs ${ratio.toFixed(2)} x what it costs ${perFile.rival}, at most ${perFile.most}: ${verdict}`,
  ];
}

function toEventLoop({ said }: RivalResult): string[] {
  if (said === null) return [];
  const delayMs = said.eventLoopP99Ms.toFixed(1);
  return [`- Event-loop delay of Ferry's engine threads, p99 of the slower end: ${delayMs} ms, asked 20`];
}

/** The result as Markdown: a table, the ratios of medians, and the machine. */
export function toMarkdown(result: BenchResult, scenario: Pick<Scenario, 'floors' | 'perFile'>): string {
  const { machine } = result;
  const runs = result.results[0]?.runs.length ?? 0;
  const ferry = result.results.find((one) => one.rival === FERRY);
  const others = result.results.filter((one) => !one.rival.startsWith(FERRY));
  return [
    `# ${result.scenario}: ${result.describes}`,
    '',
    `${result.files.toLocaleString('en')} files, ${result.bytes.toLocaleString('en')} bytes; medians of ${runs} runs in turn, after a warm-up; every copy was compared.`,
    '',
    row([
      '',
      'median s',
      'range s',
      'MB/s',
      'peak MiB, sender / receiver',
      'CPU s per GB, sender / receiver',
    ]),
    row(['---', '---', '---', '---', '---', '---']),
    ...result.results.map(toRow),
    '',
    ...toRatios(result, scenario.floors),
    ...toPerFile(result, scenario.perFile),
    ...(ferry === undefined
      ? []
      : [...toOwnClock(ferry, others), ...toFirstByte(ferry), ...toEventLoop(ferry)]),
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}, ${machine.fileSystem}; Node ${machine.node}; ${machine.rsync}.`,
    '',
  ].join('\n');
}
