import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ByteName } from '../wire/byte-name.ts';
import { closeFd, Folder, writeFully } from './folder.ts';
import { alternativeName } from './part-names.ts';
import { isSameDevice } from './stat.ts';

/** Names that are tried for one thing before it is replaced without. */
const MAX_NAMES = 1_000;

/**
 * The trash of this user's home, as the freedesktop.org Trash specification 1.0 has it, for what is replaced on
 * the same file system. It is used where there is one, and never made: a machine without a desktop has nobody who
 * would ever empty it. The owner calls `close`.
 */
export class Trash {
  readonly #files: Folder;
  readonly #info: Folder;

  private constructor(files: Folder, info: Folder) {
    this.#files = files;
    this.#info = info;
  }

  /** The trash for what is in a folder; null where there is none. */
  static for(folder: Folder, environment: NodeJS.ProcessEnv = process.env): Trash | null {
    const data = environment['XDG_DATA_HOME'] ?? '';
    const base = join(data.startsWith('/') ? data : join(homedir(), '.local', 'share'), 'Trash');
    let files: Folder | null = null;
    try {
      files = Folder.openPath(Buffer.from(join(base, 'files')));
      const stat = files.stat();
      const isOurs = process.getuid === undefined || stat.owner === process.getuid();
      if (isOurs && isSameDevice(stat, folder.stat())) {
        return new Trash(files, Folder.openPath(Buffer.from(join(base, 'info'))));
      }
    } catch {
      // Then there is none.
    }
    files?.close();
    return null;
  }

  /**
   * Gives a file or link that is about to be replaced a second name in the trash, so that there is no moment in
   * which it has none. Returns whether it has; false leaves nothing behind.
   * @param path absolute, exact bytes: where it can be put back.
   */
  keep(folder: Folder, name: ByteName, path: Buffer, deleted: Date): boolean {
    for (let count = 1; count < MAX_NAMES; count++) {
      const kept = count === 1 ? name : alternativeName(name, count, false);
      const info = `${kept.slice(0, 200)}.trashinfo` as ByteName;
      try {
        this.#write(info, infoText(path, deleted));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        return false;
      }
      try {
        this.#files.createHardLink(kept, folder, name);
        return true;
      } catch (error) {
        this.#remove(info);
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
      }
    }
    return false;
  }

  #write(name: ByteName, text: string): void {
    const fd = this.#info.createFile(name, 0o600);
    try {
      writeFully(fd, Buffer.from(text), 0);
    } catch (error) {
      this.#remove(name);
      throw error;
    } finally {
      closeFd(fd);
    }
  }

  #remove(name: ByteName): void {
    try {
      this.#info.removeFile(name);
    } catch {
      // Somebody has emptied the trash meanwhile.
    }
  }

  close(): void {
    this.#files.close();
    this.#info.close();
  }
}

/** What the specification keeps of a file: where it was, percent-encoded, and when it went, in local time. */
export function infoText(path: Buffer, deleted: Date): string {
  const encoded = [...path].map(encodeByte).join('');
  return `[Trash Info]\nPath=${encoded}\nDeletionDate=${localTime(deleted)}\n`;
}

function encodeByte(byte: number): string {
  const text = String.fromCharCode(byte);
  return /[A-Za-z0-9/._~-]/.test(text) ? text : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function localTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
