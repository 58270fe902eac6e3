/** Shoots every screen of the app into docs/screens: `npm run screens [-- NAME-PREFIX...]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import type { SceneName } from '../src/renderer/testing/scenes.ts';
import { openBrowser } from './browser.ts';
import { projectFolder } from './project-files.ts';
import { serveScenes } from './scene-server.ts';
import { smallPng } from './small-png.ts';

interface Shot {
  readonly scene: SceneName;
  readonly width: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  readonly lang?: 'de';
  readonly contrast?: 'more';
  readonly forced?: boolean;
  /** 2 is what a browser at 200 % shows. */
  readonly zoom?: 2;
  readonly host?: 'desktop';
}

const NARROW = { width: 480, height: 900 } as const;
const MEDIUM = { width: 900, height: 800 } as const;
const WIDE = { width: 1280, height: 800 } as const;
const DARK = { ...WIDE, theme: 'dark' } as const;

/** The clock stands still in all pictures, so that two runs make the same ones. */
const SHOT_AT = new Date('2026-11-20T14:05:00Z');

type How = Omit<Shot, 'scene'>;

/** Every screen at the sizes and themes that it is reviewed in. */
const EVERY: readonly How[] = [WIDE, DARK, { ...MEDIUM, theme: 'dark' }, NARROW];

/** The main screens also in every other way that people look at them. */
const OTHER_WAYS: readonly How[] = [
  { ...WIDE, contrast: 'more' },
  { ...DARK, contrast: 'more' },
  { ...WIDE, forced: true },
  { ...NARROW, lang: 'de' },
  { ...MEDIUM, lang: 'de' },
  { ...WIDE, zoom: 2 },
];
const DESKTOP: How = { ...WIDE, host: 'desktop' };

/** Lists that are longer than a window, whole. */
const TALL = { ...WIDE, height: 1_480 } as const;

const PLAN: readonly (readonly [scene: SceneName, hows: readonly How[]])[] = [
  ['main', [...EVERY, ...OTHER_WAYS, DESKTOP]],
  ['drop', EVERY],
  ['request', [WIDE, NARROW]],
  ['request-open', [...EVERY, ...OTHER_WAYS, DESKTOP]],
  ['pair', [...EVERY, ...OTHER_WAYS]],
  ['pair-wait', [WIDE]],
  ['invite', [WIDE, NARROW]],
  // On a wide screen it stands beside the list, in `main`.
  ['detail', [{ ...MEDIUM, theme: 'dark' }, NARROW, ...OTHER_WAYS.slice(3)]],
  ['files', [TALL, { ...TALL, theme: 'dark' }, { ...NARROW, height: 1_360 }]],
  ['verified', [WIDE]],
  ['settings', EVERY],
  ['settings-receiving', [WIDE]],
  ['settings-speed', [WIDE]],
  ['settings-devices', [WIDE]],
  ['sharing', [...EVERY, { ...NARROW, lang: 'de' }]],
  ['sharing-warning', [WIDE, NARROW]],
  ['doctor', EVERY],
  ['doctor-peer', [WIDE]],
  ['first-run', EVERY],
  ['states', [TALL, { ...TALL, theme: 'dark' }, { ...NARROW, height: 1_480 }]],
  [
    'ends',
    [
      { ...WIDE, height: 1_080 },
      { ...NARROW, height: 1_120 },
    ],
  ],
  ['overview', [WIDE, DARK]],
  ['rest', [WIDE]],
  ['device', [WIDE, DARK, NARROW]],
  ['network-test', [TALL, { ...TALL, theme: 'dark' }, { ...NARROW, lang: 'de' }]],
  ['network-test-running', [TALL]],
  ['browse', [...EVERY, ...OTHER_WAYS, DESKTOP]],
  ['browse-copying', [WIDE, NARROW]],
  ['browse-states', [WIDE, { ...MEDIUM, lang: 'de' }]],
  ['browse-many', [WIDE, NARROW]],
  ['browse-copy-to', [WIDE, NARROW]],
  ['devices', [NARROW]],
  ['key-changed', [WIDE, DARK]],
  ['knock', [WIDE]],
  ['no-network', [WIDE, NARROW]],
  ['no-discovery', [WIDE]],
  ['lost', [WIDE]],
  ['no-session', [WIDE]],
  ['numbers', [WIDE, NARROW]],
  ['hard-names', [WIDE, NARROW]],
  ['many', [WIDE]],
  ['group', [WIDE]],
  ['orders', [WIDE, DARK, NARROW, { ...MEDIUM, lang: 'de' }]],
  ['conflict', [WIDE, NARROW]],
  ['cancel', [WIDE]],
  ['problems', [WIDE]],
  ['choose-devices', [WIDE]],
  ['send-again', [WIDE]],
  ['palette', [DARK]],
  ['report', [WIDE, NARROW]],
  ['shortcuts', [WIDE]],
];

function nameOf(shot: Shot): string {
  const words = [
    shot.scene,
    String(shot.width),
    shot.theme ?? 'light',
    shot.lang ?? '',
    shot.contrast === 'more' ? 'contrast' : '',
    shot.forced === true ? 'forced' : '',
    shot.zoom === 2 ? 'zoom' : '',
    shot.host ?? '',
  ];
  return `${words.filter((word) => word !== '').join('-')}.png`;
}

const SHOTS = PLAN.flatMap(([scene, hows]) => hows.map((how): Shot => ({ scene, ...how })));

const wanted = process.argv.length > 2 ? process.argv.slice(2) : [''];
const folder = join(projectFolder, 'docs/screens');
mkdirSync(folder, { recursive: true });
const server = await serveScenes();
const browser = await openBrowser();
const problems: string[] = [];
const contexts = new Map<string, BrowserContext>();

/** Shots of one kind share what their pages have loaded. */
async function contextFor(shot: Shot): Promise<BrowserContext> {
  const options = {
    deviceScaleFactor: shot.zoom ?? 1,
    colorScheme: shot.theme ?? 'light',
    forcedColors: shot.forced === true ? 'active' : 'none',
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
  } as const;
  const key = JSON.stringify(options);
  const context = contexts.get(key) ?? (await browser.newContext(options));
  contexts.set(key, context);
  return context;
}

try {
  for (const shot of SHOTS.filter((one) => wanted.some((prefix) => nameOf(one).startsWith(prefix)))) {
    const context = await contextFor(shot);
    const page = await context.newPage();
    await page.clock.setFixedTime(SHOT_AT);
    const zoom = shot.zoom ?? 1;
    await page.setViewportSize({ width: shot.width / zoom, height: (shot.height ?? 800) / zoom });
    page.on('pageerror', (error) => problems.push(`${nameOf(shot)}: ${error.message}`));
    const query = new URLSearchParams({
      scene: shot.scene,
      theme: shot.theme ?? 'light',
      lang: shot.lang ?? 'en',
      contrast: shot.contrast ?? 'system',
      host: shot.host ?? 'browser',
    });
    await page.goto(`${server.url}?${query.toString()}`);
    await page.waitForSelector('html[data-scene=ready]');
    await page.waitForTimeout(700);
    writeFileSync(join(folder, nameOf(shot)), smallPng(await page.screenshot()));
    await page.close();
    console.log(nameOf(shot));
  }
} finally {
  await browser.close();
  await server.close();
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
