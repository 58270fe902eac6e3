import { createRoot } from 'react-dom/client';
import { Failure } from '../../shared/failure.ts';
import { languageOf } from '../app/connected-app.tsx';
import { fontReady } from '../app/first-look.ts';
import { type ConnectionSource, Root } from '../app/root.tsx';
import type { PhraseKey } from '../i18n/catalogue.ts';
import { startTranslation, translate } from '../i18n/translate.ts';
import { createBrowserHost } from '../ports/browser-host.ts';
import { followEngine } from '../store/engine-store.ts';
import { jobWatch } from '../store/job-watch.ts';
import { SpeedHistory } from '../store/speed-history.ts';
import { viewStore } from '../store/view-store.ts';
import { MINUTE_BYTES_PER_SECOND, minuteOf, type Scene } from './main-scene.ts';
import { isSceneName, makeScene } from './scenes.ts';

/** Shows the app over an engine made of a scene: `?scene=main&theme=dark&lang=de&contrast=more&host=desktop`. */
const query = new URLSearchParams(location.search);
const name = query.get('scene') ?? 'main';
if (!isSceneName(name)) throw new Error(`no scene is named ${name}`);
const scene: Scene = makeScene(name);
const { engine, view } = scene;
engine.settings = {
  ...engine.settings,
  theme: query.get('theme') === 'dark' ? 'dark' : 'light',
  contrast: query.get('contrast') === 'more' ? 'more' : 'system',
  language: query.get('lang') === 'de' ? 'de' : 'en',
};
const isDesktop = query.get('host') === 'desktop';
const host = { ...createBrowserHost(), ...(isDesktop ? { kind: 'desktop' as const } : {}) };
const speeds = new SpeedHistory();
/** What moves has moved before, unless the scene says how, or shows it. */
function pastOf(): Scene['past'] {
  if (scene.past.length > 0 || scene.afterStart !== undefined) return scene.past;
  return [...engine.jobs.values()]
    .filter(({ state }) => state === 'running')
    .flatMap((job) => minuteOf(job, job.progress.bytesPerSecond / MINUTE_BYTES_PER_SECOND))
    .sort((one, other) => one.atMs - other.atMs);
}
for (const { atMs, job } of pastOf()) speeds.note({ kind: 'job-changed', job }, atMs);
const isWide = matchMedia('(min-width: 1120px)').matches;
const isNarrow = matchMedia('(max-width: 719px)').matches;
viewStore.setState({ ...view, ...(isWide ? scene.wideView : {}), ...(isNarrow ? scene.narrowView : {}) });
for (const { atMs, job } of scene.seen ?? []) jobWatch.look(job, atMs);
await startTranslation(languageOf(engine.settings.language));
const store = await followEngine(engine, (event) => speeds.note(event), new AbortController().signal);
const place = document.getElementById('root');
document.documentElement.dataset['theme'] = engine.settings.theme;
await fontReady();
if (place === null) throw new Error('the page has no place for the app');
type Shown = ReturnType<ConnectionSource['current']>;
const live = { state: 'live', engine, store } as const;
const NOW: Readonly<Record<NonNullable<Scene['connection']>, Shown>> = {
  live: { now: live, last: live },
  lost: { now: { state: 'lost', failure: new Failure('peer-gone') }, last: live },
  failed: { now: { state: 'connecting' }, last: null },
  connecting: { now: { state: 'connecting' }, last: null },
  'no-session': { now: { state: 'no-session' }, last: null },
};
const shown = NOW[scene.connection ?? 'live'];
const connection: ConnectionSource = { current: () => shown, subscribe: () => () => undefined };
createRoot(place).render(<Root connection={connection} speeds={speeds} host={host} />);

/** Presses what carries these words, as soon as it is there. */
async function press(key: PhraseKey): Promise<void> {
  const words = translate(key);
  for (let tries = 0; tries < 100; tries += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const buttons = [...document.querySelectorAll<HTMLElement>('button, [role=tab]')];
    const button = buttons.find((each) => each.textContent?.trim() === words);
    if (button === undefined) continue;
    button.click();
    return;
  }
}
for (const key of scene.press ?? []) await press(key);
/** Presses a row of a pane, as soon as it is there. */
async function chooseRow(words: string, isAdded: boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const rows = [...document.querySelectorAll<HTMLElement>('[role=row][data-index]')];
    const row = rows.find((each) => each.textContent?.includes(words));
    if (row === undefined) continue;
    row.dispatchEvent(new MouseEvent('click', { bubbles: true, ctrlKey: isAdded }));
    return;
  }
}
for (const [index, words] of (scene.chooseRows ?? []).entries()) await chooseRow(words, index > 0);
if (scene.scrollTo !== undefined) {
  await new Promise((resolve) => requestAnimationFrame(resolve));
  document.getElementById(scene.scrollTo)?.scrollIntoView();
}
scene.afterStart?.();
document.documentElement.dataset['scene'] = 'ready';
