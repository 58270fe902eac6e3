import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../../shared/failure.ts';
import { openDestination } from '../destination.ts';
import { becomeNobody } from './run-program.ts';

/** Program: opens a folder, that may not be entered, as a user who owns nothing; prints what came of it. */
const [folder = '', name = ''] = process.argv.slice(2);
const isRoot = process.getuid?.() === 0;
if (isRoot) chmodSync(folder, 0o755);
else {
  // One's own folder is locked instead.
  mkdirSync(join(folder, name), { recursive: true });
  chmodSync(join(folder, name), 0);
}
becomeNobody();
try {
  openDestination(Buffer.from(join(folder, name, 'below'))).close();
  process.stdout.write('{"code":null}');
} catch (error) {
  process.stdout.write(JSON.stringify({ code: error instanceof Failure ? error.code : String(error) }));
}
