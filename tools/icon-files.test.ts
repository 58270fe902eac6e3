import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pngSize, readIcns, readIco, toIcns } from './icon-files.ts';
import { projectFolder } from './project-files.ts';

const folder = join(projectFolder, 'resources');
const read = (name: string): Buffer => readFileSync(join(folder, name));

test('the Windows icon holds a picture of every size it names', () => {
  const pictures = readIco(read('icon.ico'));
  expect(pictures.map(({ size }) => size)).toEqual([16, 24, 32, 48, 64, 128, 256]);
  for (const { size, png } of pictures) expect(pngSize(png)).toEqual({ width: size, height: size });
});

test('the macOS icon holds a picture of the size each type stands for', () => {
  const sizes = [...readIcns(read('icon.icns'))].map(([type, png]) => [type, pngSize(png).width]);
  expect(Object.fromEntries(sizes)).toEqual({
    icp4: 16,
    icp5: 32,
    ic11: 32,
    ic12: 64,
    ic07: 128,
    ic08: 256,
    ic13: 256,
    ic09: 512,
    ic14: 512,
    ic10: 1024,
  });
});

test('a size without a place in a macOS icon is refused', () => {
  expect(() => toIcns([{ size: 20, png: Buffer.alloc(0) }])).toThrow('20 pixels');
});

test('pictures are as large as their names say', () => {
  for (const name of readdirSync(join(folder, 'icons'))) {
    const { width, height } = pngSize(read(`icons/${name}`));
    expect(`${width}x${height}.png`).toBe(name);
  }
  const trays = readdirSync(folder).filter((name) => name.startsWith('tray-'));
  expect(trays).toHaveLength(12);
  for (const name of trays) expect(pngSize(read(name)).width, name).toBe(name.includes('@2x') ? 32 : 16);
});
