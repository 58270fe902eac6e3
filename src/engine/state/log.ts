import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log, LogLevel } from '../engine-options.ts';
import { isLogged, toLogLine } from './log-line.ts';

/** Five files of five megabytes, the newest is `ferry.log`, then `ferry.1.log` and so on. */
export const LOG_FILES = 5;
export const LOG_FILE_BYTES = 5 * 1000 * 1000;

/** Lines that wait for a slow disk; beyond this they are counted and dropped. */
const MAX_WAITING_CHARACTERS = 1024 * 1024;

export interface FileLogOptions {
  /** Folder that takes the files; must exist. */
  readonly folder: string;
  readonly level: LogLevel;
  /** Also gets every line up to its own level, at once; null for none. */
  readonly mirror: { readonly level: LogLevel; readonly write: (line: string) => void } | null;
  readonly maxFileBytes?: number;
}

export interface FileLog {
  readonly log: Log;
  /** Resolves when everything said so far is handed to the system, or could not be. */
  flush(): Promise<void>;
  /** Flushes and closes the file; later lines only reach the mirror. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * A log of JSON lines in files that rotate. Only the holder of the engine lock should have one: two processes
 * would rotate each other's files away. A disk that fails or is full loses lines, never the program: how many
 * were lost is said once it works again.
 */
export function createFileLog(options: FileLogOptions): FileLog {
  const { folder, mirror, maxFileBytes = LOG_FILE_BYTES } = options;
  let waiting: string[] = [];
  let waitingCharacters = 0;
  let lost = 0;
  let file: { readonly handle: FileHandle; bytes: number } | null = null;
  let writing: Promise<void> | null = null;
  let closed = false;

  async function append(chunk: Buffer): Promise<void> {
    file ??= await openLog(join(folder, fileName(0)));
    if (file.bytes > 0 && file.bytes + chunk.length > maxFileBytes) {
      await closeFile();
      await shiftFiles(folder);
      file = await openLog(join(folder, fileName(0)));
    }
    await file.handle.appendFile(chunk);
    file.bytes += chunk.length;
  }

  async function closeFile(): Promise<void> {
    const handle = file?.handle;
    file = null;
    await handle?.close();
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const lines = takeChunk();
      const loss = lost > 0 ? toLogLine(Date.now(), 'warn', 'log-lines-lost', { lines: lost }) : '';
      try {
        await append(Buffer.from(loss + lines.join('')));
        lost = 0;
      } catch {
        lost += lines.length;
        await closeFile().catch(() => undefined);
      }
    }
    writing = null;
  }

  /** As many lines as fit a file, so that a burst cannot make one much too large. */
  function takeChunk(): string[] {
    let bytes = 0;
    let count = 0;
    while (count < waiting.length) {
      bytes += Buffer.byteLength(waiting[count] ?? '');
      if (count > 0 && bytes > maxFileBytes) break;
      count += 1;
    }
    const lines = waiting.splice(0, count);
    waitingCharacters -= lines.reduce((sum, line) => sum + line.length, 0);
    return lines;
  }

  function keep(line: string): void {
    if (waitingCharacters + line.length > MAX_WAITING_CHARACTERS) {
      lost += 1;
      return;
    }
    waiting.push(line);
    waitingCharacters += line.length;
    writing ??= Promise.resolve().then(drain);
  }

  const log: Log = (level, event, detail) => {
    const toFile = !closed && isLogged(level, options.level);
    const toMirror = mirror !== null && isLogged(level, mirror.level);
    if (!toFile && !toMirror) return;
    const line = toLogLine(Date.now(), level, event, detail);
    if (toMirror) mirror.write(line);
    if (toFile) keep(line);
  };

  return {
    log,
    async flush() {
      await writing;
    },
    async close() {
      closed = true;
      await writing;
      waiting = [];
      await closeFile().catch(() => undefined);
    },
  };
}

function fileName(age: number): string {
  return age === 0 ? 'ferry.log' : `ferry.${age}.log`;
}

async function openLog(path: string): Promise<{ readonly handle: FileHandle; bytes: number }> {
  const handle = await open(path, 'a', 0o600);
  try {
    return { handle, bytes: (await handle.stat()).size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Each file becomes one older; the oldest is replaced. */
async function shiftFiles(folder: string): Promise<void> {
  for (let age = LOG_FILES - 2; age >= 0; age -= 1) {
    try {
      await rename(join(folder, fileName(age)), join(folder, fileName(age + 1)));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}
