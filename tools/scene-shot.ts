/** One picture of one scene: `node tools/scene-shot.ts SCENE OUT.png [--width 1280] [--theme dark] [--lang de]`. */
import { parseArgs } from 'node:util';
import { openBrowser } from './browser.ts';
import { serveScenes } from './scene-server.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '800' },
    theme: { type: 'string', default: 'light' },
    lang: { type: 'string', default: 'en' },
    contrast: { type: 'string', default: 'system' },
    host: { type: 'string', default: 'browser' },
    /** Milliseconds after the scene is ready. */
    wait: { type: 'string', default: '600' },
  },
});
const [scene = 'main', out = 'scene.png'] = positionals;
const server = await serveScenes();
const browser = await openBrowser();
try {
  const viewport = { width: Number(values.width), height: Number(values.height) };
  const page = await browser.newPage({ viewport });
  page.on('pageerror', (error) => console.error(`page: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`console: ${message.text()}`);
  });
  const query = new URLSearchParams({
    scene,
    theme: values.theme,
    lang: values.lang,
    contrast: values.contrast,
    host: values.host,
  });
  await page.goto(`${server.url}?${query.toString()}`);
  await page.waitForSelector('html[data-scene=ready]');
  await page.waitForTimeout(Number(values.wait));
  await page.screenshot({ path: out });
} finally {
  await browser.close();
  await server.close();
}
