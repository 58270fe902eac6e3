import type { Machine } from './machine.ts';
import { median, type Run } from './measure.ts';
import type { SelfMeasured } from './rival.ts';
import type { Scenario } from './scenario.ts';

export interface RivalResult {
  readonly rival: string;
  readonly runs: readonly Run[];
  readonly receiverSaid: SelfMeasured | null;
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

function medianSeconds(result: RivalResult): number {
  return median(result.runs.map((run) => run.seconds));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function toRow(result: RivalResult, bytes: number): string {
  const seconds = result.runs.map((run) => run.seconds);
  const mib = (value: number): string => (value / 1024 ** 2).toFixed(0);
  const peak = (side: 'sender' | 'receiver'): string =>
    mib(Math.max(...result.runs.map((run) => run[side].peakRssBytes)));
  const cpu = (side: 'sender' | 'receiver'): string =>
    median(result.runs.map((run) => run[side].cpuSeconds)).toFixed(2);
  const middle = median(seconds);
  return row([
    result.rival,
    middle.toFixed(3),
    `${Math.min(...seconds).toFixed(3)} to ${Math.max(...seconds).toFixed(3)}`,
    (bytes / middle / 1e6).toFixed(0),
    `${peak('sender')} / ${peak('receiver')}`,
    `${cpu('sender')} / ${cpu('receiver')}`,
  ]);
}

function toRatios(result: BenchResult, floors: Scenario['floors']): string[] {
  const ferry = result.results.find((one) => one.rival === FERRY);
  if (ferry === undefined) return [];
  return result.results
    .filter((one) => !one.rival.startsWith(FERRY))
    .map((one) => {
      const ratio = medianSeconds(one) / medianSeconds(ferry);
      const floor = floors[one.rival];
      const verdict = floor === undefined ? '' : `, floor ${floor}: ${ratio >= floor ? 'met' : 'MISSED'}`;
      return `- Ferry is ${ratio.toFixed(2)} x the speed of ${one.rival}${verdict}`;
    });
}

/** Ferry's own figure, from the order taken until committed and synced: what is left is the command's start and end. */
function toOwnClock(result: BenchResult): string[] {
  const ferry = result.results.find((one) => one.rival === FERRY);
  const own = ferry?.runs.map((run) => run.jobSeconds).filter((seconds) => seconds !== null) ?? [];
  if (own.length === 0) return [];
  const ratios = result.results
    .filter((one) => !one.rival.startsWith(FERRY))
    .map((one) => `${(medianSeconds(one) / median(own)).toFixed(2)} x ${one.rival}`);
  return [
    `- By its own clock, without the start of the command: ${median(own).toFixed(3)} s, ${ratios.join(', ')}`,
  ];
}

function toEventLoop(result: BenchResult): string[] {
  const ferry = result.results.find((one) => one.rival === FERRY);
  if (ferry?.receiverSaid === null || ferry?.receiverSaid === undefined) return [];
  const delayMs = ferry.receiverSaid.eventLoopP99Ms.toFixed(1);
  return [`- Event-loop delay of Ferry's engine threads, p99 of the slower end: ${delayMs} ms`];
}

/** The result as Markdown: a table, the ratios of medians, and the machine. */
export function toMarkdown(result: BenchResult, floors: Scenario['floors']): string {
  const { machine } = result;
  const runs = result.results[0]?.runs.length ?? 0;
  return [
    `# ${result.scenario}: ${result.describes}`,
    '',
    `${result.files.toLocaleString('en')} files, ${result.bytes.toLocaleString('en')} bytes; medians of ${runs} runs in turn, after a warm-up; every copy was compared.`,
    '',
    row(['', 'median s', 'range s', 'MB/s', 'peak MiB, sender / receiver', 'CPU s, sender / receiver']),
    row(['---', '---', '---', '---', '---', '---']),
    ...result.results.map((one) => toRow(one, result.bytes)),
    '',
    ...toRatios(result, floors),
    ...toOwnClock(result),
    ...toEventLoop(result),
    '',
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}, ${machine.fileSystem}; Node ${machine.node}; ${machine.rsync}.`,
    '',
  ].join('\n');
}
