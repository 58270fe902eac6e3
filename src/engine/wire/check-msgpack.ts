import { isAscii, isUtf8 } from 'node:buffer';
import { Failure } from '../../shared/failure.ts';
import { MAX_CONTROL_DEPTH, MAX_CONTROL_ITEMS, MAX_CONTROL_STRING_BYTES } from './limits.ts';

/**
 * Walks msgpack bytes without building anything and refuses what a control message never needs: extensions,
 * keys that are not short ASCII strings, duplicate keys, `__proto__`, NaN and infinities, text that is not
 * UTF-8, too many values, too deep, lengths beyond the frame, bytes after the value. Only then is it decoded:
 * a decoder's own limits are per container and let ten bytes ask for gigabytes.
 * Source of the format: the msgpack specification.
 */

const MAX_KEY_BYTES = 64;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** One open map or array: values left in it, and the keys seen if it is a map. */
interface Container {
  left: number;
  readonly keys: Set<string> | null;
}

interface Head {
  readonly type: 'map' | 'array' | 'string' | 'binary' | 'float' | 'plain';
  /** Entries of a container, else bytes of content. */
  readonly length: number;
}

/** Bytes that follow the type byte, by type byte; the length is in the first of them for sized types. */
const SIZED: Readonly<Record<number, { type: Head['type']; sizeBytes: 1 | 2 | 4 }>> = {
  196: { type: 'binary', sizeBytes: 1 },
  197: { type: 'binary', sizeBytes: 2 },
  198: { type: 'binary', sizeBytes: 4 },
  217: { type: 'string', sizeBytes: 1 },
  218: { type: 'string', sizeBytes: 2 },
  219: { type: 'string', sizeBytes: 4 },
  220: { type: 'array', sizeBytes: 2 },
  221: { type: 'array', sizeBytes: 4 },
  222: { type: 'map', sizeBytes: 2 },
  223: { type: 'map', sizeBytes: 4 },
};

/** Values of fixed width: nil, booleans, floats, integers. */
const FIXED: Readonly<Record<number, Head>> = {
  192: { type: 'plain', length: 0 },
  194: { type: 'plain', length: 0 },
  195: { type: 'plain', length: 0 },
  202: { type: 'float', length: 4 },
  203: { type: 'float', length: 8 },
  204: { type: 'plain', length: 1 },
  205: { type: 'plain', length: 2 },
  206: { type: 'plain', length: 4 },
  207: { type: 'plain', length: 8 },
  208: { type: 'plain', length: 1 },
  209: { type: 'plain', length: 2 },
  210: { type: 'plain', length: 4 },
  211: { type: 'plain', length: 8 },
};

function refuse(reason: string): never {
  throw new Failure('peer-misbehaved', { reason });
}

function isForbiddenNumber(value: number): boolean {
  return !Number.isFinite(value);
}

class Walk {
  readonly #bytes: Buffer;
  #at = 0;
  #items = 0;
  readonly #open: Container[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  run(): void {
    if (this.#peekIsMap()) this.#value();
    else refuse('not a map');
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      if (top.left === 0) {
        this.#open.pop();
        continue;
      }
      top.left -= 1;
      if (top.keys !== null) this.#key(top.keys);
      this.#value();
    }
    if (this.#at !== this.#bytes.length) refuse('bytes after the message');
  }

  #peekIsMap(): boolean {
    const type = this.#bytes[0] ?? 0;
    return (type >= 128 && type <= 143) || type === 222 || type === 223;
  }

  #take(lengthBytes: number): Buffer {
    if (lengthBytes > this.#bytes.length - this.#at) refuse('length beyond the frame');
    this.#at += lengthBytes;
    return this.#bytes.subarray(this.#at - lengthBytes, this.#at);
  }

  #head(): Head {
    const type = this.#take(1)[0] ?? 0;
    if (type <= 127 || type >= 224) return { type: 'plain', length: 0 };
    if (type <= 143) return { type: 'map', length: type & 15 };
    if (type <= 159) return { type: 'array', length: type & 15 };
    if (type <= 191) return { type: 'string', length: type & 31 };
    const sized = SIZED[type];
    if (sized !== undefined) {
      return { type: sized.type, length: this.#take(sized.sizeBytes).readUIntBE(0, sized.sizeBytes) };
    }
    return FIXED[type] ?? refuse('extension');
  }

  #key(keys: Set<string>): void {
    const head = this.#head();
    if (head.type !== 'string' || head.length > MAX_KEY_BYTES) refuse('key');
    const raw = this.#take(head.length);
    const key = raw.toString('latin1');
    if (!isAscii(raw) || FORBIDDEN_KEYS.has(key)) refuse('key');
    if (keys.has(key)) refuse('duplicate key');
    keys.add(key);
  }

  #value(): void {
    this.#items += 1;
    if (this.#items > MAX_CONTROL_ITEMS) refuse('too many values');
    const head = this.#head();
    if (head.type === 'map' || head.type === 'array') {
      this.#container(head);
      return;
    }
    if (head.type === 'string' && head.length > MAX_CONTROL_STRING_BYTES) refuse('text too long');
    const content = this.#take(head.length);
    if (head.type === 'string' && !isUtf8(content)) refuse('text is not UTF-8');
    if (head.type === 'float') {
      const value = head.length === 4 ? content.readFloatBE() : content.readDoubleBE();
      if (isForbiddenNumber(value)) refuse('not a number');
    }
  }

  #container(head: Head): void {
    // Each entry takes at least one byte, a map entry two: refused before a decoder could reserve room for it.
    const leastBytes = head.type === 'map' ? head.length * 2 : head.length;
    if (leastBytes > this.#bytes.length - this.#at) refuse('length beyond the frame');
    if (this.#items + head.length > MAX_CONTROL_ITEMS) refuse('too many values');
    if (this.#open.length >= MAX_CONTROL_DEPTH) refuse('too deep');
    this.#open.push({ left: head.length, keys: head.type === 'map' ? new Set() : null });
  }
}

/** Throws Failure `peer-misbehaved` unless `bytes` are one map within every limit of a control message. */
export function checkMsgpack(bytes: Buffer): void {
  new Walk(bytes).run();
}
