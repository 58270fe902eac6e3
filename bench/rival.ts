import type { BenchLink } from './bench-link.ts';

/** What a process says about itself when it ends; only Ferry does. */
export interface SelfMeasured {
  /** Delay of the engine thread's event loop. */
  readonly eventLoopP99Ms: number;
  readonly rssBytes: number;
}

export interface Copied {
  /** What was copied and where the copy is; null for one who only measures and has checked it himself. */
  readonly copy: { readonly source: string; readonly path: string } | null;
  readonly sender: SelfMeasured | null;
  /** Bytes and seconds, where they are not those of the scenario's data and of the whole command. */
  readonly measured?: {
    readonly bytes: number;
    readonly seconds: number;
    readonly files?: number;
    /** All that was moved meanwhile, where that is more: what the processors were busy with. */
    readonly movedBytes?: number;
  };
  /** What the rival itself says it took, without starting and ending its command; null if it says nothing. */
  readonly jobSeconds?: number;
  /** From the start of the command until content had come. */
  readonly firstByteSeconds?: number;
}

/** Somebody who copies and whose receiving side runs already: Ferry, and those it is measured against. */
export interface Rival {
  readonly name: string;
  /** The steady side that receives; null where the command does both. */
  readonly daemonPid: number | null;
  /** A steady side that sends, where the command only orders it to; null where the command itself sends. */
  readonly senderPid: number | null;
  /** Keeps names and content only: times are not compared. */
  readonly isContentOnly?: boolean;
  /** Copies `source` (a file or a folder). `onStart` learns the pid of the sending command. */
  copy(source: string, onStart: (pid: number) => void): Promise<Copied>;
  /** Ends the receiving side. */
  stop(): Promise<SelfMeasured | null>;
}

/** Starts a rival that keeps its settings and its destination below `folder`, which it makes. */
export type StartRival = (folder: string, link: BenchLink) => Promise<Rival>;
