/** One kind of data to copy, and how fast Ferry must be on it. */
export interface Scenario {
  readonly name: string;
  readonly describes: string;
  /** Writes the data below `folder`; returns what to copy. */
  create(folder: string): { readonly source: string; readonly bytes: number; readonly files: number };
  /** Rival -> least ratio of Ferry's speed to that rival's. */
  readonly floors: Readonly<Record<string, number>>;
}
