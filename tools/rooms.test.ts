import { expect, test } from 'vitest';
import { lintFixture } from './oxlint-fixture.ts';

/** [importing file, import, what the rule must say] */
const VIOLATIONS: readonly [file: string, line: string, says: string][] = [
  ['src/shared/a.ts', "import 'zod';", "room 'shared' may not import the package 'zod'"],
  ['src/shared/b.ts', "import 'node:fs';", "room 'shared' may import nothing"],
  ['src/shared/c.ts', "import type { X } from '../engine/wire/x.ts';", "may not import room 'engine/wire'"],
  ['src/bridge/a.ts', "import 'commander';", "room 'bridge' may not import the package 'commander'"],
  ['src/bridge/b.ts', "import '../engine/index.ts';", "may not import room 'engine-door'"],
  ['src/cli/a.ts', "import '../engine/wire/x.ts';", "room 'cli' may not import room 'engine/wire'"],
  ['src/cli/b.ts', "import '../engine/engine.ts';", "room 'cli' may not import room 'engine'"],
  ['src/cli/c.ts', "import '../daemon/web.ts';", "room 'cli' may not import room 'daemon'"],
  ['src/cli/d.ts', "import { y } from '../engine/engine-options.ts';", 'may only be imported as types'],
  ['src/daemon/a.ts', "import '../cli/x.ts';", "room 'daemon' may not import room 'cli'"],
  ['src/engine/wire/a.ts', "import '../link/x.ts';", "may not import room 'engine/link'"],
  ['src/engine/wire/b.ts', "export * from '../jobs/x.ts';", "may not import room 'engine/jobs'"],
  ['src/engine/identity/a.ts', "import '../wire/codec.ts';", "may not import room 'engine/wire'"],
  ['src/engine/disk/a.ts', "export type A = import('../plan/x.ts').X;", "may not import room 'engine/plan'"],
  ['src/engine/link/a.ts', "export const a = () => import('../disk/x.ts');", "import room 'engine/disk'"],
  ['src/engine/link/b.ts', 'export const b = (p: string) => import(p);', 'a computed import hides its room'],
  ['src/engine/source/a.ts', "import '../plan/x.ts';", "may not import room 'engine/plan'"],
  ['src/engine/plan/a.ts', "import '../source/x.ts';", "may not import room 'engine/source'"],
  ['src/engine/transfer/a.ts', "import '../state/x.ts';", "may not import room 'engine/state'"],
  ['src/engine/jobs/a.ts', "import '../discovery/x.ts';", "may not import room 'engine/discovery'"],
  ['src/engine/jobs/b.ts', "import '../engine.ts';", "may not import room 'engine'"],
  ['src/engine/state/a.ts', "import '../testing/x.ts';", "may not import room 'engine'"],
  [
    'src/engine/state/b.ts',
    "export const w = new URL('../transfer/worker/x.ts', import.meta.url);",
    "may not import room 'engine/transfer'",
  ],
  ['src/engine/wire/c.ts', "import 'electron';", "the package 'electron' may be imported by"],
  ['src/engine/wire/d.ts', "import type { App } from 'electron';", "the package 'electron' may be"],
  ['src/engine/discovery/peers.ts', "import 'bonjour-service';", "'bonjour-service' may be imported by"],
  ['src/engine/jobs/c.ts', "import '@msgpack/msgpack';", "'@msgpack/msgpack' may be imported by"],
  ['src/engine/transfer/b.ts', "import 'koffi';", "'koffi' may be imported by"],
  ['src/cli/e.ts', "import '@/engine/index.ts';", 'is an alias or an absolute address'],
  ['src/cli/f.ts', "import '../../tools/x.ts';", 'leaves src'],
  ['src/engine/helpers/a.ts', 'export {};', 'no room of tools/rooms.mjs covers'],
  ['src/lib/a.ts', 'export {};', 'no room of tools/rooms.mjs covers'],
];

const ALLOWED: readonly [file: string, line: string][] = [
  ['src/shared/ok.ts', "import './other.ts';"],
  ['src/shared/ok.test.ts', "import 'vitest';\nimport 'node:fs';"],
  [
    'src/bridge/ok.ts',
    "import '../shared/a.ts';\nimport 'zod';\nimport '@msgpack/msgpack';\nimport 'node:net';",
  ],
  ['src/cli/ok.ts', "import '../engine/index.ts';\nimport '../daemon/index.ts';\nimport 'commander';"],
  ['src/cli/types.ts', "import type { Engine } from '../engine/engine-options.ts';"],
  ['src/daemon/ok.ts', "import '../engine/index.ts';\nimport '../bridge/a.ts';\nimport './index.ts';"],
  ['src/engine/engine.ts', "import './jobs/a.ts';\nimport './discovery/a.ts';"],
  ['src/engine/index.ts', "import './engine.ts';\nimport './jobs/a.ts';"],
  ['src/engine/identity/ok.ts', "import '../wire/limits.ts';\nimport '../../shared/a.ts';"],
  ['src/engine/link/ok.ts', "import '../wire/a.ts';\nimport '../identity/a.ts';\nimport 'koffi';"],
  ['src/engine/disk/libc-linux.ts', "import 'koffi';"],
  ['src/engine/disk/testing/ok.ts', "import '../walk.ts';"],
  ['src/engine/discovery/bonjour.ts', "import 'bonjour-service';"],
  ['src/engine/wire/codec.ts', "import '@msgpack/msgpack';\nimport './limits.ts';"],
  ['src/engine/transfer/ok.ts', "import '../link/a.ts';\nimport '../plan/a.ts';\nimport '../disk/a.ts';"],
  ['src/engine/jobs/ok.test.ts', "import '../state/a.ts';\nimport '../../../tools/trees/awkward-tree.ts';"],
];

test('the room rule bites on every planted violation and on nothing else', () => {
  const files = Object.fromEntries([...VIOLATIONS, ...ALLOWED].map(([file, line]) => [file, `${line}\n`]));
  const { filesLookedAt, findings } = lintFixture(files);
  const found = findings.filter((one) => one.includes('rooms(map)'));

  expect(filesLookedAt).toBe(VIOLATIONS.length + ALLOWED.length);
  for (const [file, , says] of VIOLATIONS) {
    const own = found.filter((one) => one.startsWith(`${file}:`));
    expect(own.join('\n'), file).toContain(says);
  }
  for (const [file] of ALLOWED) expect(found.filter((one) => one.startsWith(`${file}:`))).toEqual([]);
});
