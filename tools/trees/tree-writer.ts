import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { setExactTime } from './exact-times.ts';
import { createSeeded } from './seeded.ts';

/** A name below the root: text, or exact bytes where it is not UTF-8. Parts are joined by `/`. */
export type Name = string | Buffer;

export interface TreeCounts {
  readonly files: number;
  readonly folders: number;
  readonly links: number;
  /** Sum of file sizes; every name of a hard-linked file counts. */
  readonly bytes: number;
}

/** Writes entries under one root; `finish` sets folder modes and every time, children first. */
export interface TreeWriter {
  folder(name: Name, mode?: number): void;
  file(name: Name, size: number, mode?: number): void;
  sparseFile(name: Name, size: number, data: readonly { at: number; bytes: number }[]): void;
  link(name: Name, target: Name): void;
  hardLink(name: Name, existing: Name): void;
  finish(): TreeCounts;
}

/** 2024-01-01 in ns; entries lie 1.000000007 h apart, so no two are equal and none is whole. */
const FIRST_TIME_NS = 1_704_067_200_123_456_789n;
const STEP_NS = 3_600_000_000_007n;

/** Starts a tree at `root`, which must not exist. */
export function createTreeWriter(root: string, seed: string): TreeWriter {
  const seeded = createSeeded(seed);
  const rootPath = Buffer.from(root);
  const at = (name: Name): Buffer => Buffer.concat([rootPath, Buffer.from('/'), Buffer.from(name)]);
  const folders: { path: Buffer; mode: number }[] = [];
  const others: Buffer[] = [];
  const sizes = new Map<string, number>();
  let files = 0;
  let links = 0;
  let bytes = 0;

  const countFile = (name: Name, size: number): void => {
    sizes.set(Buffer.from(name).toString('latin1'), size);
    files += 1;
    bytes += size;
    others.push(at(name));
  };

  mkdirSync(rootPath);
  folders.push({ path: rootPath, mode: 0o755 });
  return {
    folder(name, mode = 0o755) {
      mkdirSync(at(name));
      folders.push({ path: at(name), mode });
    },
    file(name, size, mode = 0o644) {
      const content = Buffer.alloc(size);
      seeded.fill(content);
      writeFileSync(at(name), content, { flag: 'wx' });
      chmodSync(at(name), mode);
      countFile(name, size);
    },
    sparseFile(name, size, data) {
      const file = openSync(at(name), 'wx');
      for (const part of data) {
        const content = Buffer.alloc(part.bytes);
        seeded.fill(content);
        writeSync(file, content, 0, part.bytes, part.at);
      }
      ftruncateSync(file, size);
      closeSync(file);
      countFile(name, size);
    },
    link(name, target) {
      symlinkSync(target, at(name));
      others.push(at(name));
      links += 1;
    },
    hardLink(name, existing) {
      linkSync(at(existing), at(name));
      countFile(name, sizes.get(Buffer.from(existing).toString('latin1')) ?? 0);
    },
    finish() {
      let timeNs = FIRST_TIME_NS;
      const setNextTime = (path: Buffer): void => {
        setExactTime(path, timeNs);
        timeNs += STEP_NS;
      };
      for (const path of others) setNextTime(path);
      for (const { path, mode } of folders.toReversed()) {
        chmodSync(path, mode);
        setNextTime(path);
      }
      return { files, folders: folders.length - 1, links, bytes };
    },
  };
}
