import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLockedHosts, findLongFiles, findMachinePaths } from './check-files.ts';
import { findForeignLicences } from './licences.ts';
import { projectFolder } from './project-files.ts';

export interface CheckOutcome {
  readonly name: string;
  /** What is wrong, for people; null is a pass. */
  readonly problem: string | null;
  readonly seconds: number;
}

interface ToolCheck {
  readonly name: string;
  /** Script below node_modules, and its arguments. */
  readonly command: readonly [script: string, ...args: string[]];
  /** What the output must show when it passes: a tool that looked at nothing proves nothing. */
  readonly proof?: RegExp;
}

const TOOLS: readonly ToolCheck[] = [
  {
    name: 'format (biome)',
    command: ['@biomejs/biome/bin/biome', 'check', '--reporter=summary', '.'],
    proof: /Checked [1-9]\d* files/,
  },
  { name: 'lint (oxlint)', command: ['oxlint/bin/oxlint'], proof: /on [1-9]\d* files/ },
  {
    name: 'types (TypeScript)',
    command: ['typescript/bin/tsc', '-p', 'tsconfig.json', '--extendedDiagnostics'],
    proof: /^Files:\s+[1-9]/m,
  },
  {
    name: 'types of the renderer (TypeScript)',
    command: ['typescript/bin/tsc', '-p', 'src/renderer/tsconfig.json', '--extendedDiagnostics'],
    proof: /^Files:\s+[1-9]/m,
  },
  {
    name: 'types of the browser tests (TypeScript)',
    command: ['typescript/bin/tsc', '-p', 'e2e/app/tsconfig.json', '--extendedDiagnostics'],
    proof: /^Files:\s+[1-9]/m,
  },
  { name: 'dead code (knip)', command: ['knip/bin/knip.js', '--no-progress'] },
];

const FILE_CHECKS: readonly { readonly name: string; readonly find: () => string[] }[] = [
  { name: 'licences', find: findForeignLicences },
  { name: 'file length', find: findLongFiles },
  { name: 'machine paths', find: findMachinePaths },
  {
    name: 'lockfile hosts',
    find: () => findLockedHosts(readFileSync(join(projectFolder, 'package-lock.json'), 'utf8')),
  },
];

/** Runs a tool with this Node and returns its exit code and everything it said. */
async function runTool([script, ...args]: ToolCheck['command']): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [join(projectFolder, 'node_modules', script), ...args], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stderr.on('data', (part: Buffer) => parts.push(part));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(parts).toString() }));
  });
}

async function timed(name: string, find: () => Promise<string | null>): Promise<CheckOutcome> {
  const startMs = performance.now();
  const problem = await find().catch((error: unknown) => `could not check: ${String(error)}`);
  return { name, problem, seconds: (performance.now() - startMs) / 1000 };
}

async function checkByTool(check: ToolCheck): Promise<string | null> {
  const { code, output } = await runTool(check.command);
  if (code !== 0) return output.trim();
  const isProven = check.proof === undefined || check.proof.test(output);
  return isProven ? null : `it looked at nothing:\n${output.trim()}`;
}

/** Runs every check that needs no running code, in parallel; order of the outcomes is fixed. */
export async function runStaticChecks(): Promise<CheckOutcome[]> {
  const byTool = TOOLS.map((check) => timed(check.name, () => checkByTool(check)));
  const byFile = FILE_CHECKS.map((check) => timed(check.name, async () => check.find().join('\n') || null));
  return Promise.all([...byTool, ...byFile]);
}

/** One line per outcome, and what is wrong below it. */
export function printOutcome({ name, problem, seconds }: CheckOutcome): void {
  console.log(`${problem === null ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`);
  if (problem !== null) console.log(problem.replaceAll(/^/gm, '     '));
}
