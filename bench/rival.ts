/** What a process says about itself when it ends; only Ferry does. */
export interface SelfMeasured {
  /** Delay of the engine thread's event loop. */
  readonly eventLoopP99Ms: number;
  readonly rssBytes: number;
}

export interface Copied {
  /** Where the copy is. */
  readonly path: string;
  readonly sender: SelfMeasured | null;
  /** What the rival itself says it took, without starting and ending its command; null if it says nothing. */
  readonly jobSeconds?: number;
}

/** Somebody who copies and whose receiving side runs already: Ferry, and those it is measured against. */
export interface Rival {
  readonly name: string;
  /** The steady side that receives. */
  readonly daemonPid: number;
  /** A steady side that sends, where the command only orders it to; null where the command itself sends. */
  readonly senderPid: number | null;
  /** Copies `source` (a file or a folder). `onStart` learns the pid of the sending command. */
  copy(source: string, onStart: (pid: number) => void): Promise<Copied>;
  /** Ends the receiving side. */
  stop(): Promise<SelfMeasured | null>;
}

/** Starts a rival that keeps its settings and its destination below `folder`, which it makes. */
export type StartRival = (folder: string) => Promise<Rival>;
