import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Announcement } from './discovery.ts';
import { MAX_TXT_BYTES, MAX_TXT_ENTRY_BYTES, readTxtEntries, toTxtEntries } from './txt-record.ts';

const announcement: Announcement = {
  shortId: '0123456789ABCDEFGHJK',
  name: 'quiet harbour',
  kind: 'laptop',
  port: 3120,
  visibility: 'everyone',
};

/** As bonjour-service puts entries on the wire. */
function onWire(entries: Readonly<Record<string, string>>): Buffer[] {
  return Object.entries(entries).map(([key, value]) => Buffer.from(`${key}=${value}`));
}

const text = (...entries: string[]): Buffer[] => entries.map((entry) => Buffer.from(entry));

describe('toTxtEntries', () => {
  it('stays within its limits and comes back clean, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const wire = onWire(toTxtEntries({ ...announcement, name }));
        expect(Math.max(...wire.map((entry) => entry.length))).toBeLessThanOrEqual(MAX_TXT_ENTRY_BYTES);
        expect(wire.reduce((sum, entry) => sum + entry.length + 1, 0)).toBeLessThanOrEqual(MAX_TXT_BYTES);
        const read = readTxtEntries(wire);
        expect(read).toMatchObject({ shortId: announcement.shortId, kind: 'laptop' });
        expect(read?.name ?? '').not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });

  it('cuts a long name between characters', () => {
    const { n = '' } = toTxtEntries({ ...announcement, name: '🚢'.repeat(64) });
    expect(n).toBe('🚢'.repeat(49));
  });

  it('leaves out id and name unless everyone may see them', () => {
    expect(toTxtEntries({ ...announcement, visibility: 'paired' })).toEqual({ v: '1', k: 'laptop' });
  });
});

describe('readTxtEntries', () => {
  it('skips unknown keys, takes the first of equal keys, and any kind of a later version', () => {
    const read = readTxtEntries(
      text(
        'v=7',
        'id=0123456789ABCDEFGHJK',
        'n=first',
        'n=second',
        'x=1',
        'flag',
        'k=toaster',
        '__proto__=x',
      ),
    );
    expect(read).toEqual({ shortId: '0123456789ABCDEFGHJK', name: 'first', kind: 'desktop' });
  });

  it.each([
    ['nothing', []],
    ['no version', text('id=0123456789ABCDEFGHJK')],
    ['a version that is none', text('v=-1')],
    ['a short id', text('v=1', 'id=0123')],
    ['a long id', text('v=1', `id=${'A'.repeat(21)}`)],
    ['markup for an id', text('v=1', 'id=<img src=x onerror=')],
    ['a large entry', text('v=1', `n=${'a'.repeat(MAX_TXT_ENTRY_BYTES)}`)],
    ['a large record', text('v=1', `a=${'a'.repeat(190)}`, `b=${'a'.repeat(190)}`, `c=${'a'.repeat(20)}`)],
    ['too many entries', text('v=1', ...Array.from({ length: 16 }, (_, index) => `x${index}=`))],
    ['not UTF-8', [Buffer.from('v=1'), Buffer.from([0x6e, 0x3d, 0xff])]],
    ['no buffers', ['v=1']],
    ['no record', undefined],
  ])('refuses %s', (_name, data) => {
    expect(readTxtEntries(data)).toBeNull();
  });

  it('never throws and never lets through what is not clean', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 260 }), { maxLength: 20 }), (noise) => {
        const read = readTxtEntries([
          Buffer.from('v=1'),
          Buffer.from(`id=${announcement.shortId}`),
          ...noise,
        ]);
        if (read?.name) expect(read.name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });

  it('shows no name without an id', () => {
    expect(readTxtEntries(text('v=1', 'n=somebody'))).toEqual({ shortId: null, name: null, kind: 'desktop' });
  });
});
