import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the house rules said about one planted project. */
export interface LintOutcome {
  readonly filesLookedAt: number;
  /** `path: rule: message`, sorted. */
  readonly findings: readonly string[];
}

interface OxlintReport {
  readonly number_of_files: number;
  readonly diagnostics: readonly {
    readonly message: string;
    readonly code?: string;
    readonly filename: string;
  }[];
}

const project = join(import.meta.dirname, '..');

/** The project's configuration, with its plugins by absolute path so that it works from elsewhere. */
function projectConfig(): object {
  const config = JSON.parse(readFileSync(join(project, '.oxlintrc.json'), 'utf8')) as { jsPlugins: string[] };
  return { ...config, jsPlugins: config.jsPlugins.map((path) => join(project, path)) };
}

/**
 * Runs the installed oxlint with the project's own configuration over `files` (path -> text) in a
 * folder of its own. Throws when oxlint did not run.
 */
export function lintFixture(files: Readonly<Record<string, string>>): LintOutcome {
  const folder = mkdtempSync(join(tmpdir(), 'ferry-lint-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify(projectConfig()));
    const oxlint = join(project, 'node_modules/oxlint/bin/oxlint');
    const run = spawnSync(process.execPath, [oxlint, '--format', 'json', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (!run.stdout.includes('number_of_files')) throw new Error(`oxlint said: ${run.stdout}${run.stderr}`);
    const report = JSON.parse(run.stdout) as OxlintReport;
    return {
      filesLookedAt: report.number_of_files,
      findings: report.diagnostics
        .map((one) => `${one.filename}: ${one.code ?? '?'}: ${one.message}`)
        .toSorted(),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
