import type { BenchLinkKind } from './bench-link.ts';

/** What is copied. */
export interface BenchData {
  readonly source: string;
  readonly bytes: number;
  readonly files: number;
}

/** One kind of data to copy over one kind of link, who takes part, and how fast Ferry must be. */
export interface Scenario {
  readonly name: string;
  readonly describes: string;
  /** Writes the data below `folder`; `scale` is 1, and tiny in the tests. */
  create(folder: string, scale: number): BenchData;
  /** Names of rivals, in the order of their turns. */
  readonly rivals: readonly string[];
  readonly link: BenchLinkKind;
  /** Of the tmpfs for data and copies. */
  readonly memoryGib: number;
  /** Rival -> least ratio of Ferry's speed to that rival's. */
  readonly floors: Readonly<Record<string, number>>;
  /** Rival that shows what one file costs when there are few of them -> most that one of many may cost, as a ratio. */
  readonly perFile?: { readonly rival: string; readonly most: number };
}
