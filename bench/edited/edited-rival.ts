import type { SlowLink } from './slow-link.ts';

/** Someone who brings the new version of a file to where the old one is. */
export interface EditedRival {
  readonly name: string;
  /** The file that is replaced. */
  readonly target: string;
  /** Processes that stay between updates. */
  readonly pids: readonly number[];
  /** Brings `source`, of the same name as `target`. */
  update(source: string): Promise<{ readonly wireBytes: number }>;
  stop(): Promise<void>;
}

/** `link`: all that goes between the two ends goes over it; without: straight over loopback. */
export type StartEditedRival = (folder: string, name: string, link?: SlowLink) => Promise<EditedRival>;
