import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, longest first: begun last, they would keep one core busy while the other idles. */
const SLOW = [
  'e2e/app/screens.test.ts',
  'e2e/faults/faults.test.ts',
  'e2e/full-disks.test.ts',
  'e2e/interruptions.test.ts',
  'e2e/real-input.test.ts',
  'src/engine/transfer/resume.test.ts',
];

/** Begins with the slow files; the rest in vitest's own order. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = SLOW.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? SLOW.length : at;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
