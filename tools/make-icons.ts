/** Makes every picture of `resources/` from the drawings in `resources/sources`: `node tools/make-icons.ts`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser } from './browser.ts';
import { type Picture, toIcns, toIco } from './icon-files.ts';
import { projectFolder } from './project-files.ts';

const folder = join(projectFolder, 'resources');
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
const ICNS_SIZES = [16, 32, 64, 128, 256, 512, 1024];
const LINUX_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];
/** Below this the windows of the ship are left out. */
const SMALL_BELOW = 32;
const TRAY_SIZES: readonly (readonly [suffix: string, size: number])[] = [
  ['', 16],
  ['@2x', 32],
];
const WHITE = '#fff';

function drawing(name: string): string {
  return readFileSync(join(folder, 'sources', `${name}.svg`), 'utf8');
}

async function render(page: Page, svg: string, size: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  );
  return await page.screenshot({ omitBackground: true, type: 'png' });
}

function write(name: string, content: Buffer): void {
  writeFileSync(join(folder, name), content);
  console.log(`${name}: ${content.length} bytes`);
}

async function makeAppIcon(page: Page): Promise<void> {
  const pictures = new Map<number, Picture>();
  for (const size of new Set([...ICO_SIZES, ...ICNS_SIZES, ...LINUX_SIZES])) {
    const svg = drawing(size < SMALL_BELOW ? 'icon-small' : 'icon');
    pictures.set(size, { size, png: await render(page, svg, size) });
  }
  const of = (sizes: readonly number[]): Picture[] =>
    sizes.map((size) => pictures.get(size)).filter((one) => one !== undefined);
  write('icon.ico', toIco(of(ICO_SIZES)));
  write('icon.icns', toIcns(of(ICNS_SIZES)));
  for (const { size, png } of of(LINUX_SIZES)) write(`icons/${size}x${size}.png`, png);
  for (const { png } of of([256])) write('icon.png', png);
}

async function makeTrayIcons(page: Page): Promise<void> {
  for (const kind of ['idle', 'moving']) {
    const dark = drawing(`tray-${kind}`);
    const light = dark.replaceAll('#000', WHITE);
    for (const [suffix, size] of TRAY_SIZES) {
      const png = await render(page, dark, size);
      write(`tray-${kind}Template${suffix}.png`, png);
      write(`tray-${kind}-dark${suffix}.png`, png);
      write(`tray-${kind}-light${suffix}.png`, await render(page, light, size));
    }
  }
}

mkdirSync(join(folder, 'icons'), { recursive: true });
const browser = await openBrowser();
try {
  const page = await browser.newPage();
  await makeAppIcon(page);
  await makeTrayIcons(page);
  write('overlay.png', await render(page, drawing('overlay'), 32));
  write('drag.png', await render(page, drawing('drag'), 64));
} finally {
  await browser.close();
}
