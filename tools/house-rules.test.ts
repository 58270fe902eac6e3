import { expect, test } from 'vitest';
import { lintFixture } from './oxlint-fixture.ts';

const floating = 'async function f(): Promise<void> {}\nexport function g(): void {\n  f();\n}\n';
const unhandledCase =
  "export function f(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      f(x);\n      break;\n  }\n}\n";
const syncRead = "import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x');\n";
const exit = 'export function f(): void {\n  process.exit(1);\n}\n';
const logged = "export function f(): void {\n  console.log('x');\n}\n";

/** [file, text, rule that must bite] */
const VIOLATIONS: readonly [file: string, text: string, rule: string][] = [
  ['src/cli/floating.ts', floating, 'no-floating-promises'],
  [
    'src/cli/misused.ts',
    'export function f(a: string[]): void {\n  a.forEach(async () => {});\n}\n',
    'no-misused-promises',
  ],
  ['src/cli/switch.ts', unhandledCase, 'switch-exhaustiveness-check'],
  ['src/cli/any.ts', 'export const a: any = 1;\n', 'no-explicit-any'],
  ['src/cli/default.ts', 'export default 1;\n', 'no-default-export'],
  ['src/cli/throw.ts', "export function f(): void {\n  throw 'x';\n}\n", 'only-throw-error'],
  ['src/cli/exit.ts', exit, 'no-process-exit'],
  ['src/engine/jobs/sync.ts', syncRead, 'no-sync'],
  ['src/engine/jobs/log.ts', logged, 'no-console'],
  ['src/cli/long.ts', 'export {};\n'.repeat(401), 'max-lines'],
  ['src/cli/camelCase.ts', 'export {};\n', 'filename-case'],
  ['src/cli/focused.test.ts', "import { test } from 'vitest';\ntest.only('x', () => {});\n", 'focused'],
];

const ALLOWED: readonly [file: string, text: string][] = [
  ['src/cli/index.ts', exit],
  ['src/cli/log.ts', logged],
  ['tools/exit.ts', exit],
  ['bench/log.ts', logged],
  ['src/engine/disk/sync.ts', syncRead],
  ['src/engine/source/sync.ts', syncRead],
  ['src/engine/state/sync.ts', syncRead],
  ['src/engine/transfer/worker/sync.ts', syncRead],
  ['src/engine/jobs/sync.test.ts', syncRead],
  ['vitest.config.ts', 'export default {};\n'],
];

test('every house rule bites where it should and nowhere else', () => {
  const tsconfig = { compilerOptions: { strict: true, module: 'nodenext', types: [] }, include: ['.'] };
  const { findings } = lintFixture({
    ...Object.fromEntries([...VIOLATIONS, ...ALLOWED]),
    'tsconfig.json': JSON.stringify(tsconfig),
  });
  for (const [file, , rule] of VIOLATIONS) {
    const own = findings.filter((one) => one.startsWith(`${file}:`));
    expect(own.join('\n'), file).toContain(rule);
  }
  for (const [file] of ALLOWED) expect(findings.filter((one) => one.startsWith(`${file}:`))).toEqual([]);
});
