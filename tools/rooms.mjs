/**
 * oxlint plugin: the room map of docs/architecture.md as one table, checked on every import of `src`.
 * Type-only imports, re-exports, dynamic imports and worker entries (`new URL('./x.ts', import.meta.url)`)
 * obey too. A file that no line of the table covers is itself an error, so a new room forces a decision.
 */
import { isAbsolute, posix, relative, sep } from 'node:path';

/** Rooms of the engine see each other by this table; `shared` is open to all of them. */
const ENGINE_ROOMS = {
  identity: [],
  wire: [],
  disk: ['wire'],
  discovery: [],
  network: [],
  doctor: ['network', 'link', 'identity'],
  state: [],
  link: ['wire', 'identity'],
  source: ['disk', 'wire'],
  plan: ['disk', 'wire'],
  reuse: ['disk', 'wire'],
  transfer: ['link', 'wire', 'disk', 'source', 'plan', 'reuse', 'identity'],
  shares: ['wire', 'disk', 'state', 'link', 'source', 'transfer'],
  jobs: ['identity', 'wire', 'disk', 'state', 'link', 'source', 'plan', 'reuse', 'transfer', 'shares'],
};

const engineRoom = (name) => `engine/${name}`;
const everyEngineRoom = Object.keys(ENGINE_ROOMS).map(engineRoom);

/** Room -> rooms it may import beside itself. `engine-door` and `engine-options` are single files. */
const ROOMS = {
  shared: [],
  bridge: ['shared'],
  main: ['engine-door', 'engine-options', 'daemon-door', 'bridge', 'shared'],
  preload: ['bridge', 'shared'],
  renderer: ['bridge', 'shared'],
  daemon: ['engine-door', 'engine-options', 'bridge', 'shared'],
  cli: ['engine-door', 'engine-options', 'daemon-door', 'bridge', 'shared'],
  'engine-options': ['shared'],
  engine: [...everyEngineRoom, 'engine-door', 'engine-options', 'shared'],
  'engine-door': [...everyEngineRoom, 'engine', 'engine-options', 'shared'],
  'daemon-door': ['daemon', 'engine-door', 'engine-options', 'bridge', 'shared'],
  ...Object.fromEntries(
    Object.entries(ENGINE_ROOMS).map(([name, sees]) => [
      engineRoom(name),
      [...sees.map(engineRoom), 'wire-limits', 'engine-options', 'shared'],
    ]),
  ),
  'wire-limits': ['shared'],
};

/** Single files that are a place of their own. */
const PLACES = {
  'engine/index.ts': 'engine-door',
  'engine/engine-options.ts': 'engine-options',
  'engine/wire/limits.ts': 'wire-limits',
  'daemon/index.ts': 'daemon-door',
};

/** Whole of which room a single-file place is a part: inside its own room everyone may import it. */
const HOME_OF_PLACE = { 'daemon-door': 'daemon', 'wire-limits': 'engine/wire', 'engine-door': 'engine' };

/** Imports of these places must be `import type`, whoever asks. */
const TYPE_ONLY = new Set(['engine-options']);

/** Package -> the only files that may import it. */
const PACKAGES = {
  electron: /^(main|preload)\//,
  'original-fs': /^engine\/disk\/fs\.ts$/,
  'bonjour-service': /^engine\/discovery\/bonjour\.ts$/,
  // Tests write what a hostile peer would.
  '@msgpack/msgpack': /^(engine\/wire|bridge)\/|\.test\.ts$/,
  koffi: /^engine\/(disk\/libc[^/]*\.ts|link\/.*)$/,
};

/** Rooms that may import no other packages than these. */
const PACKAGES_OF_ROOM = { shared: [], bridge: ['zod', '@msgpack/msgpack'] };

const TEST_PACKAGES = new Set(['vitest', 'fast-check']);
const isTest = (path) => path.endsWith('.test.ts') || path.split('/').includes('testing');

/** The room of `path` (relative to src), or null when the table does not know it. */
function roomOf(path) {
  if (path in PLACES) return PLACES[path];
  const [top, second, third] = path.split('/');
  if (second === undefined) return null;
  if (top !== 'engine') return top in ROOMS && !(top in HOME_OF_PLACE) ? top : null;
  // What lies directly in the engine's folder is its composition root, and sees all of its rooms; so do its answers to calls.
  if (third === undefined || second === 'testing' || second === 'calls') return 'engine';
  return second in ENGINE_ROOMS ? engineRoom(second) : null;
}

function mayImport(fromRoom, toRoom) {
  const home = HOME_OF_PLACE[toRoom] ?? toRoom;
  return fromRoom === home || ROOMS[fromRoom].includes(toRoom) || ROOMS[fromRoom].includes(home);
}

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** What is wrong with `from` (relative to src) importing the package `specifier`, or null. */
function packageProblem(from, room, specifier) {
  if (/^[#~/]|^@\/|^(file|data|https?):/.test(specifier)) {
    return `'${specifier}' is an alias or an absolute address; import by relative path`;
  }
  if (specifier.startsWith('node:')) {
    return room === 'shared' && !isTest(from) ? `room 'shared' may import nothing, not '${specifier}'` : null;
  }
  const name = packageName(specifier);
  if (TEST_PACKAGES.has(name) && isTest(from)) return null;
  const allowed = PACKAGES_OF_ROOM[room];
  if (allowed && !allowed.includes(name)) return `room '${room}' may not import the package '${name}'`;
  const only = PACKAGES[name];
  return only && !only.test(from) ? `the package '${name}' may be imported by ${only} only` : null;
}

/** What is wrong with `from` importing `specifier`, or null. `from` is relative to the project. */
function importProblem(from, specifier, typeOnly) {
  const file = posix.relative('src', from);
  const room = roomOf(file);
  // Said once for the whole file.
  if (room === null) return null;
  if (!specifier.startsWith('.')) return packageProblem(file, room, specifier);
  const target = posix.join(posix.dirname(from), specifier);
  if (!target.startsWith('src/')) {
    const helper = isTest(file) && /^(tools|bench|e2e)\//.test(target);
    return helper ? null : `'${specifier}' leaves src`;
  }
  const to = roomOf(posix.relative('src', target));
  if (to === null) return `no room of tools/rooms.mjs covers '${target}'`;
  if (!mayImport(room, to)) return `room '${room}' may not import room '${to}' ('${specifier}')`;
  if (TYPE_ONLY.has(to) && !typeOnly) return `'${to}' may only be imported as types ('${specifier}')`;
  return null;
}

function isTypeOnly(node, kind) {
  if (node[kind] === 'type') return true;
  const named = node.specifiers ?? [];
  return named.length > 0 && named.every((one) => one[kind] === 'type');
}

function isImportMetaUrl(node) {
  return node?.type === 'MemberExpression' && node.object.type === 'MetaProperty';
}

const rooms = {
  create(context) {
    const path = relative(context.cwd, context.filename).split(sep).join('/');
    if (isAbsolute(path) || !path.startsWith('src/')) return {};

    const check = (node, source, typeOnly) => {
      if (source?.type === 'ConditionalExpression') {
        check(node, source.consequent, typeOnly);
        check(node, source.alternate, typeOnly);
        return;
      }
      const message =
        typeof source?.value === 'string'
          ? importProblem(path, source.value, typeOnly)
          : 'a computed import hides its room; import by a literal path';
      if (message !== null) context.report({ node, message });
    };
    const fromClause = (node, kind) => {
      if (node.source) check(node, node.source, isTypeOnly(node, kind));
    };
    return {
      Program(node) {
        if (roomOf(posix.relative('src', path)) === null) {
          context.report({ node, message: `no room of tools/rooms.mjs covers '${path}'` });
        }
      },
      ImportDeclaration: (node) => fromClause(node, 'importKind'),
      ExportNamedDeclaration: (node) => fromClause(node, 'exportKind'),
      ExportAllDeclaration: (node) => fromClause(node, 'exportKind'),
      ImportExpression: (node) => check(node, node.source, false),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal ?? node.argument, true),
      NewExpression(node) {
        if (node.callee.name !== 'URL' || !isImportMetaUrl(node.arguments[1])) return;
        const file = node.arguments[0]?.value;
        if (typeof file === 'string' && file.endsWith('.ts')) check(node, node.arguments[0], false);
      },
      CallExpression(node) {
        if (node.callee.name === 'require') check(node, node.arguments[0], false);
      },
    };
  },
};

export default { meta: { name: 'rooms' }, rules: { map: rooms } };
