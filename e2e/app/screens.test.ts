import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MANY_ENTRIES, OLDER_JOBS, SCENE_NAMES, type SceneName } from '../../src/renderer/testing/scenes.ts';
import { MAX_LISTED_JOBS } from '../../src/shared/job.ts';
import { openBrowser } from '../../tools/browser.ts';
import { describeIfPossible } from '../needs.ts';
import { keepShot } from './app-world.ts';
import { serveBuiltScenes } from './built-scenes.ts';
import { recordTasks } from './page-tasks.ts';
import { foreignPhrases, rawKeys } from './phrases.ts';

const LONG_TASK_MS = 50;

const WIDTHS = [1280, 900, 480] as const;

/** Every scene is seen once each way: both themes, and with them both languages. */
const WAYS = [
  { theme: 'light', lang: 'en' },
  { theme: 'dark', lang: 'de' },
] as const;
type Way = (typeof WAYS)[number];

/** Names in the scenes that are phrases too. */
const NAMES = new Set(['Verified', 'Failed: declined', 'A million files']);

/** Texts that are to be seen or heard, one each. */
const READ_LINES = `(() => {
  const labels = [...document.querySelectorAll('[aria-label], [placeholder], [title]')].flatMap((each) => [
    each.getAttribute('aria-label'), each.getAttribute('placeholder'), each.getAttribute('title'),
  ]);
  return [...document.body.innerText.split('\\n'), ...labels, document.title]
    .filter((text) => text !== null)
    .map((text) => text.replace(/[\\u2068\\u2069]/gu, '').trim())
    .filter((text) => text !== '');
})()`;

/**
 * What is out of sight to the side: what makes the page scroll that way, and buttons, which long names must not push
 * away. Columns follow the width of the window within some pictures, so what is wrong at first is looked at again.
 */
const READ_LOST = `(async () => {
  const name = (each) => each.getAttribute('aria-label') ?? each.innerText ?? '';
  const look = () => {
    const { scrollWidth, clientWidth } = document.scrollingElement;
    const isOut = (each) => {
      const { left, right, width, height } = each.getBoundingClientRect();
      return width > 0 && height > 1 && (left < -1 || right > clientWidth + 1);
    };
    const wide = scrollWidth <= clientWidth ? [] : [...document.querySelectorAll('body *')].filter(isOut);
    const buttons = [...document.querySelectorAll('button')].filter(
      (each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && isOut(each),
    );
    return [
      ...wide.slice(0, 3).map((each) => 'wider than the window: ' + each.outerHTML.slice(0, 160)),
      ...buttons.map((each) => 'button out of sight: ' + name(each)),
    ];
  };
  let lost = [];
  for (let picture = 0; picture < 60; picture += 1) {
    await new Promise((done) => requestAnimationFrame(done));
    lost = look();
    if (picture > 1 && lost.length === 0) return [];
  }
  return lost;
})()`;

/** Until nothing fades or slides any more, over a few pictures: half way a colour has no contrast to speak of. */
const SETTLE = `(async () => {
  for (let still = 0; still < 5; ) {
    await new Promise((done) => requestAnimationFrame(done));
    const moving = document.getAnimations().filter(({ playState }) => playState === 'running');
    still = moving.length === 0 ? still + 1 : 0;
    const ends = moving.filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity);
    if (moving.length > ends.length) still += 1;
    await Promise.all(ends.map(({ finished }) => finished.catch(() => undefined)));
  }
})()`;

describeIfPossible('every screen of the app', () => {
  let folder: string;
  let scenes: Awaited<ReturnType<typeof serveBuiltScenes>>;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ferry-scenes-'));
    [scenes, browser] = await Promise.all([serveBuiltScenes(folder), openBrowser()]);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await scenes.close();
    await rm(folder, { recursive: true });
  });

  async function open(scene: SceneName, { theme, lang }: Way): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: theme,
      // What is half way between two colours has the contrast of neither.
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => {
      throw error;
    });
    page.on('dialog', (dialog) => {
      throw new Error(`the page has opened a dialog: ${dialog.message()}`);
    });
    await page.goto(`${scenes.url}?scene=${scene}&theme=${theme}&lang=${lang}`);
    await page.waitForSelector('html[data-scene=ready]');
    await page.evaluate(SETTLE);
    return page;
  }

  /** Everything that is wrong with a scene, one line each. */
  async function lookAt(scene: SceneName, way: Way): Promise<readonly string[]> {
    const page = await open(scene, way);
    // Only contrast depends on the theme, and everything else takes twice as long.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const { violations } = await (way.theme === 'light' ? axe : axe.withRules('color-contrast')).analyze();
    const wrong = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    const lang = await page.evaluate<string>('document.documentElement.lang');
    if (lang !== way.lang) wrong.push(`read aloud as if it were ${lang}`);
    const lines = (await page.evaluate<string[]>(READ_LINES)).filter((line) => !NAMES.has(line));
    wrong.push(...foreignPhrases(lines, way.lang).map((line) => `in the other language: ${line}`));
    wrong.push(...rawKeys(lines).map((line) => `a key and not its phrase: ${line}`));
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const lost = await page.evaluate<string[]>(READ_LOST);
      wrong.push(...lost.map((each) => `at ${width} px: ${each}`));
    }
    await page.context().close();
    return wrong.map((each) => `${way.theme}, ${way.lang}: ${each}`);
  }

  for (const scene of SCENE_NAMES) {
    test(scene, async () => {
      const wrong = await Promise.all(WAYS.map((way) => lookAt(scene, way)));
      expect(wrong.flat()).toEqual([]);
    }, 60_000);
  }

  test('a list of 100,000 entries scrolls: few rows, few pages, no long task', async () => {
    const page = await open('files', WAYS[0]);
    const list = page.getByRole('list', { name: 'Files' });
    await list.getByText('IMG_000001.jpg').waitFor();
    const tasks = await recordTasks(page);
    // As fast as a wheel turns, then to the end at once.
    await list.hover();
    for (let turn = 0; turn < 60; turn += 1) {
      await page.mouse.wheel(0, 1_200);
      await page.evaluate('new Promise((done) => requestAnimationFrame(done))');
    }
    await list.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await list.getByText(`IMG_0${MANY_ENTRIES - 1}.jpg`).waitFor();
    const long = await tasks.stop(LONG_TASK_MS);
    expect(long.filter(({ ownMs }) => ownMs > LONG_TASK_MS)).toEqual([]);
    expect(await list.getByRole('listitem').count()).toBeLessThan(60);
    await list.evaluate((box) => box.scrollTo(0, 0));
    await list.getByText('IMG_000001.jpg').waitFor();
    await page.context().close();
  }, 60_000);

  test('the list goes on behind the jobs that are told by themselves, by scrolling and by looking for one', async () => {
    const page = await open('many', WAYS[0]);
    const list = page.getByRole('grid', { name: 'Transfers' });
    const all = page.getByRole('button', { name: /^All / });
    await all.getByText('1,000+').waitFor();
    await page.getByRole('searchbox', { name: 'Find' }).fill('Older 7');
    await list.getByRole('row', { name: 'Older 77' }).waitFor();
    await page.getByRole('searchbox', { name: 'Find' }).fill('');
    await list.getByText('Folder 8', { exact: true }).waitFor();
    // The hand stays on the list: what comes behind its end moves nothing, so nothing has to wait for it.
    await list.hover();
    const last = list.getByRole('row', { name: `Older ${OLDER_JOBS - 1}` });
    await expect
      .poll(
        async () => {
          await list.evaluate((box) => box.scrollTo(0, box.scrollHeight));
          return await last.isVisible();
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    await all.getByText((MAX_LISTED_JOBS + OLDER_JOBS).toLocaleString('en'), { exact: true }).waitFor();
    await page.context().close();
  }, 60_000);

  test('names are text, whatever is in them', async () => {
    const page = await open('hard-names', WAYS[0]);
    const name = '<img src=x onerror=alert(1)>';
    await page.getByRole('grid', { name: 'Transfers' }).getByText(name).first().waitFor();
    await page.getByRole('region', { name: 'Nearby' }).getByText(name).first().waitFor();
    expect(await page.locator('img').count()).toBe(0);
    await keepShot(page, 'hard-names');
    await page.context().close();
  });
});
