import type { DeviceId } from '../../../shared/ids.ts';
import type { KnownFile } from '../../reuse/known-files.ts';
import type { IndexRequest } from '../worker-messages.ts';
import type { OnIndex } from '../worker-pool.ts';

/** An index of known files in memory: every file it was told of, whoever sent it. */
export class MemoryIndex {
  readonly files = new Map<string, KnownFile & { readonly sender: DeviceId | null }>();
  readonly requests: IndexRequest[] = [];

  readonly handle: OnIndex = (request, answer) => {
    this.requests.push(request);
    switch (request.kind) {
      case 'index-add':
        for (const file of request.files) this.files.set(file.inode, { ...file, sender: request.sender });
        queueMicrotask(() => answer([]));
        return;
      case 'index-forget':
        for (const inode of request.inodes) this.files.delete(inode);
        return;
      case 'index-known':
        queueMicrotask(() => answer(request.inodes.flatMap((inode) => this.files.get(inode) ?? [])));
        return;
      case 'index-find': {
        const sizes = new Set(request.wanted.map(({ size }) => size));
        const found = [...this.files.values()].filter(({ size }) => sizes.has(size));
        queueMicrotask(() => answer(found));
        return;
      }
      case 'index-telling':
        return;
    }
  };

  /** Told and done: what the last job brought is known. */
  get isTold(): boolean {
    return this.requests.findLast((request) => request.kind === 'index-telling')?.isTelling === false;
  }
}
